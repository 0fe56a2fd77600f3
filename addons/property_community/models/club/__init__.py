from . import (
    property_authority_club,
    property_guarded_mixin,
    property_publicity,
    property_club,
    property_club_member,
    property_club_meeting,
    property_club_support,
    property_activist,
    property_venue_booking,
)
