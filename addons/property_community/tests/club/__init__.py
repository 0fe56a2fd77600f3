from . import test_club, test_club_screens, test_publicity
