from . import (
    test_campaign,
    test_campaign_anonymous,
    test_campaign_check,
    test_campaign_figures,
    test_campaign_retention,
    test_campaign_sample,
    test_campaign_screens,
)
