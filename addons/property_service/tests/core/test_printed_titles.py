# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.tests import tagged

from ..common import PropertyCase

LANGUAGE = "zh_CN"
REGISTERS = {
    "owners": "业主信息统计表",
    "title": "产权清册",
    "tenancy": "租赁清册",
    "archive": "业主档案资料目录（档案盒）",
    "handin": "业主资料移交签收表",
    "prices": "收费项目及标准公示表",
    "receivable": "应收费用汇总表",
    "takings": "收款日报表",
    "prepaid": "预收款台账",
    "deposit": "押金台账",
    "deposit.age": "押金账龄表",
    "book": "票据领用核销登记表",
    "unpaid": "未缴户清单",
    "arrears": "物业服务费欠费明细表",
    "ageing": "欠费账龄表",
    "collection": "收费情况月报表",
    "dunning": "催缴记录表",
    "parking.lease": "车位租赁登记台账",
    "parking.dunning": "车位使用费催缴登记表",
    "key.loan": "钥匙领用登记表",
    "key.stock": "接管钥匙总清单",
    "key.custody": "业主钥匙寄存(托管)登记表",
    "key.left": "客户房屋维修留/借钥匙登记表",
    "resident.pass": "业主证(住户证)领用登记表",
    "access.card": "IC卡领取登记表",
    "moving": "住户搬出入登记表",
    "material": "材料进场登记表",
}
FORMS = {
    "owner_registration": "业主登记表",
    "tenant_registration": "租住人员信息登记表",
    "archive_directory": "业主档案资料目录",
    "payment_notice": "缴费通知单",
    "receipt": "收据",
    "prepayment_set_off": "预收冲抵单",
    "deposit_refund": "押金退还申请表",
    "refund": "退款申请单",
    "settlement_certificate": "费用结清证明",
    "settlement_handover": "业主变更费用交接确认单",
    "waiver": "物业费减免申请审批表",
    "disclosure": "物业服务费收支公示表",
    "dunning_notice": "费用催缴通知单",
    "dunning_agreement": "分期/缓缴协议",
    "dunning_file": "律师函/起诉移交清单",
    "parking_notice": "车位使用费催缴通知单",
    "parking_application": "车位租用申请表",
    "key_custody": "业主钥匙托管委托书",
    "resident_pass_application": "住户证办理申请表",
    "resident_pass": "住户证",
    "tenant_movein": "租户迁入登记表",
    "gate_pass": "物品放行条",
    "moveout": "迁出申请表",
}


@tagged("post_install", "-at_install")
class TestPrintedTitles(PropertyCase):
    """Forms bear the titles by which every property company knows them (handbooks A, B §13)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang(LANGUAGE)

    def test_registers(self):
        day = date(2024, 1, 31)
        options = {"estate_ids": self.estate.ids, "date": day, "date_from": day, "date_to": day}
        for name, title in REGISTERS.items():
            with self.subTest(register=name):
                register = self.env[f"property.register.{name}"].with_context(lang=LANGUAGE)
                self.assertEqual(register._title(options), title)

    def test_forms(self):
        for name, title in FORMS.items():
            with self.subTest(form=name):
                report = self.env.ref(f"property_service.action_report_{name}")
                self.assertEqual(report.with_context(lang=LANGUAGE).name, title)
