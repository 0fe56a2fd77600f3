"""Those of Odoo's own tests of events and surveys that are quick and mind no language.

They run on the suite's database, Chinese books and language and all. The others expect English
and drive browsers for minutes: ``./test --odoo`` runs them all, see tools/inside/odoo_tests.py.
"""

from odoo.addons.event.tests.test_event_internals import TestEventTicketData, TestEventTypeData
from odoo.addons.event.tests.test_event_slot import TestEventSlotRegistration, TestEventSlotSeats
from odoo.addons.event.tests.test_mailing import TestMailing
from odoo.addons.survey.tests.test_certification_badge import TestCertificationBadge
from odoo.addons.survey.tests.test_survey_compute_pages_questions import (
    TestSurveyComputePagesQuestions,
)
from odoo.addons.survey.tests.test_survey_controller import TestSurveyController
from odoo.addons.survey.tests.test_survey_flow import TestSurveyFlow
from odoo.addons.survey.tests.test_survey_flow_with_conditions import (
    TestSurveyFlowWithConditions,
)
from odoo.addons.survey.tests.test_survey_performance import SurveyPerformance
from odoo.addons.survey.tests.test_survey_randomize import TestSurveyRandomize
from odoo.addons.survey.tests.test_survey_security import TestAccess

__all__ = [
    "SurveyPerformance",
    "TestAccess",
    "TestCertificationBadge",
    "TestEventSlotRegistration",
    "TestEventSlotSeats",
    "TestEventTicketData",
    "TestEventTypeData",
    "TestMailing",
    "TestSurveyComputePagesQuestions",
    "TestSurveyController",
    "TestSurveyFlow",
    "TestSurveyFlowWithConditions",
    "TestSurveyRandomize",
]
