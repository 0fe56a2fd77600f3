# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who is who: the people a register names, matched with each other and with the contacts."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from ....tools import identity, text, value
from ....tools.value import ValueProblem

#: words of a column of ID types -> value of `property.identity.id_type`
_ID_TYPES = (
    (re.compile("港|澳"), "hk_macau_permit"),
    (re.compile("台"), "taiwan_permit"),
    (re.compile("护照|PASSPORT"), "passport"),
    (re.compile("永久居留|外国人"), "foreign_resident_id"),
    (re.compile("信用代码|机构代码"), "credit_code"),
    (re.compile("营业执照"), "credit_code"),
    (re.compile("身份证"), "resident_id"),
)
_COMPANY = re.compile(
    "(?:公司|集团|银行|中心|商行|合作社|委员会|管理处|学校|医院|事务所|支行|分行|.{3}[厂店局所部院])$"
)


@dataclass
class Mention:
    """One person as a line of the register names it."""

    name: str
    id_type: str | None = None
    id_number: str | None = None
    phone: str | None = None
    home_phone: str | None = None
    share: Decimal | None = None

    @property
    def key(self):
        """The name as names are compared."""
        return name_key(self.name)

    @property
    def is_company(self):
        """Whether it is plainly no natural person."""
        return self.id_type in ("credit_code", "business_licence") or bool(
            _COMPANY.search(self.name)
        )


@dataclass(eq=False)
class Person:
    """One person of the outcome: a known contact, or one to make."""

    name: str
    partner: object = None
    id_type: str | None = None
    id_number: str | None = None
    phone: str | None = None
    home_phone: str | None = None
    is_company: bool = False
    #: fields of a known contact the paper completes or changes
    changes: set = field(default_factory=set)
    #: whether the phone is what this paper says
    phone_told: bool = False

    @property
    def key(self):
        """The name as names are compared."""
        return name_key(self.name)

    @property
    def status(self):
        """new, changed or unchanged."""
        if self.partner is None:
            return "new"
        return "changed" if self.changes else "unchanged"

    def forget(self):
        """Forget a contact that was rolled back."""
        self.partner = None


class IdentityConflictError(ValueError):
    """An ID number that belongs to somebody of another name: `person`."""

    def __init__(self, person):
        super().__init__(person)
        self.person = person


def name_key(name):
    """Return a name as names are compared: half-width, without blanks."""
    return text.compact(name or "").lower()


def read_people(row, today):
    """Return the `Mention` of each person a row names; what is wrong goes to the row.

    :param date today: births after it are impossible
    """
    if row.cell("owner") is None:
        if row.cell("id_number") is not None:
            row.warn("id_number", code="id_count")
        return []
    people = _names_with_numbers(row)
    mentions = []
    for person in people:
        id_type, number = _identify(row, person.id_number, today)
        mentions.append(Mention(person.name, id_type, number, share=person.share))
    numbers = [mention.id_number for mention in mentions if mention.id_number]
    if len(set(numbers)) < len(numbers):
        row.refuse("id_number", code="id_count")
    _add_phones(row, mentions)
    return mentions


def _names_with_numbers(row):
    try:
        return value.to_people(row.cell("owner"), row.cell("id_number"))
    except ValueProblem as problem:
        if problem.code == "id_lost_digits":
            row.refuse("id_number", code=problem.code)
        elif problem.code == "id_count":
            row.warn("id_number", code=problem.code)
        else:
            row.refuse("owner", code=problem.code)
    try:
        return value.to_people(row.cell("owner"))
    except ValueProblem:
        return []


def _identify(row, number, today):
    """Return (id type, number) of an ID number; a wrong resident ID refuses the row."""
    if not number:
        return None, None
    found = identity.identify(number, today)
    told = _told_type(row)
    proved = not found.problem and told in ("resident_id", "credit_code")
    if told and told != found.kind and not proved:
        # the column of ID types decides where the number alone proves nothing
        wrong = told == "resident_id" and identity.resident_id_problem(number, today)
        found = identity.Identity(told, number, wrong or None)
    elif not told and found.problem == "id_unknown" and re.match(r"\d{14}", number):
        # a resident ID number with a slip of the pen
        found = identity.Identity(
            "resident_id", number, identity.resident_id_problem(number, today)
        )
    if found.problem and found.kind in ("resident_id", "foreign_resident_id"):
        row.refuse("id_number", code=found.problem)
    elif found.problem:
        row.warn("id_number", code=found.problem)
    return found.kind, found.number


def _told_type(row):
    told = text.compact(row.text("id_type")).upper()
    return next((kind for pattern, kind in _ID_TYPES if pattern.search(told)), told and "other")


def _add_phones(row, mentions):
    """Give the people of a row their phones: one each where there are as many, else the first
    person gets them."""
    phones = row.read("phone", value.to_phone, weak=True)
    if not phones or not mentions:
        return
    numbers = (phones.first, *phones.others)
    if phones.unread:
        row.warn("phone", code="unreadable_phone")
    if len(mentions) > 1 and len(numbers) == len(mentions):
        for mention, number in zip(mentions, numbers, strict=True):
            mention.phone = number
        return
    mentions[0].phone = numbers[0]
    mentions[0].home_phone = numbers[1] if len(numbers) > 1 else None


class People:
    """The people of one import: by ID number, else by name and phone, else new.

    Two people of one name stay two unless a phone or an ID number makes them one.
    """

    def __init__(self, env, company):
        self.env = env
        self.company = company
        self.by_number = {}  # ID number -> Person
        self.by_phone = {}  # (name key, phone) -> [Person]
        self.by_partner = {}  # partner id -> Person

    def load(self, mentions, owners):
        """Look up the contacts that may be meant, in three queries.

        :param mentions: all `Mention` of the paper
        :param owners: present owners of the units concerned, `res.partner`
        """
        partners = self.env["res.partner"].sudo().browse(owners.ids)
        names = {mention.name for mention in mentions}
        partners |= partners.search(
            [
                ("name", "in", list(names)),
                ("phone", "!=", False),
                ("company_id", "in", (False, self.company.id)),
            ],
            order="id",
        )
        identities = self.env["property.identity"].sudo()
        numbers = list({mention.id_number for mention in mentions if mention.id_number})
        known = identities.search(
            ["|", ("number", "in", numbers), ("partner_id", "in", partners.ids)], order="id"
        )
        partners |= known.partner_id.filtered(
            lambda partner: partner.company_id.id in (False, self.company.id)
        )
        held = {record.partner_id: record for record in known}
        for partner in partners:
            record = held.get(partner, identities)
            person = Person(
                name=partner.name or "",
                partner=partner,
                id_type=record.id_type or None,
                id_number=record.number or None,
                phone=_plain_phone(partner.phone),
                home_phone=partner.property_home_phone or None,
                is_company=partner.is_company,
            )
            self.by_partner[partner.id] = person
            self._index(person)

    def _index(self, person):
        if person.id_number:
            self.by_number.setdefault(person.id_number, person)
        if person.phone:
            same = self.by_phone.setdefault((person.key, person.phone), [])
            if person not in same:
                same.append(person)

    def find(self, mention, owners=()):
        """Return the known or already named `Person` a mention means, or None.

        :param owners: `Person` of the unit's present owners, who need no further proof than
            their name
        :raises IdentityConflictError: if the ID number is somebody else's
        """
        if mention.id_number and (person := self.by_number.get(mention.id_number)):
            if person.key != mention.key:
                raise IdentityConflictError(person)
            return person
        for person in owners:
            if person.key == mention.key and self._may_be(person, mention):
                return person
        if mention.phone:
            for person in self.by_phone.get((mention.key, mention.phone), ()):
                if self._may_be(person, mention):
                    return person
        return None

    @staticmethod
    def _may_be(person, mention):
        """Return whether no ID number speaks against it."""
        return not (
            person.id_number and mention.id_number and person.id_number != mention.id_number
        )

    def take(self, mention, person):
        """Return the person of a mention with what it adds; a new one where `person` is None."""
        if person is None:
            person = Person(mention.name, is_company=mention.is_company)
        if mention.id_number and not person.id_number:
            person.id_type, person.id_number = mention.id_type, mention.id_number
            person.changes.add("id_number")
        if mention.phone and not person.phone_told:
            if person.phone != mention.phone:
                person.phone = mention.phone
                person.changes.add("phone")
            person.phone_told = True
        if mention.home_phone and not person.home_phone:
            person.home_phone = mention.home_phone
            person.changes.add("home_phone")
        self._index(person)
        return person

    # writing --------------------------------------------------------------------------------

    def write(self, people):
        """Make the new contacts among `people` and complete the known ones.

        Contacts are made in the system's name: whoever may take in a register may make its
        people, without the right to edit contacts at large.
        """
        new = [person for person in people if person.partner is None]
        changed = [person for person in people if person.partner is not None and person.changes]
        partners = (
            self.env["res.partner"]
            .sudo()
            .with_context(
                tracking_disable=True,
                mail_create_nosubscribe=True,
                _partners_skip_fields_sync=True,
            )
            .create([self._values(person) for person in new])
        )
        for person, partner in zip(new, partners, strict=True):
            person.partner = partner
        for person in changed:
            person.partner.write(self._changed_values(person))
        self.env["property.identity"]._set(
            {
                person.partner: (person.id_type, person.id_number)
                for person in (*new, *changed)
                if person.id_number and "id_number" in person.changes
            }
        )

    def _values(self, person):
        values = {
            "name": person.name,
            "is_company": person.is_company,
            "phone": person.phone or False,
            "property_home_phone": person.home_phone or False,
            # raised at the first bill otherwise, in the middle of a long posting
            "customer_rank": 1,
        }
        if person.is_company:
            values["property_id_type"] = "credit_code"
        values.update(self._identity_values(person))
        return values

    @staticmethod
    def _identity_values(person):
        """Return what an ID number tells: its kind, and of a resident birth date and gender."""
        if not person.id_number:
            return {}
        values = {"property_id_type": person.id_type}
        if person.id_type == "resident_id":
            values["property_birthday"] = identity.birth_date(person.id_number) or False
            values["property_gender"] = identity.gender(person.id_number) or False
        return values

    def _changed_values(self, person):
        values = {}
        if "phone" in person.changes:
            values["phone"] = person.phone
        if "home_phone" in person.changes:
            values["property_home_phone"] = person.home_phone
        if "id_number" in person.changes:
            values.update(self._identity_values(person))
        return values


def _plain_phone(phone):
    """Return a contact's phone as `tools.value.to_phone` writes it."""
    try:
        return value.to_phone(phone).first
    except ValueProblem:
        return None
