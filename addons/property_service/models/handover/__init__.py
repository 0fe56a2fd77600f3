from . import property_key
from . import (
    property_vacant,
    property_vacant_month,
    property_trusteeship_settings,
    property_trusteeship,
    property_trusteeship_item,
    property_trusteeship_reading,
    property_trusteeship_end,
    property_vacant_patrol,
    property_listing,
    property_listing_seeker,
    property_listing_viewing,
)
