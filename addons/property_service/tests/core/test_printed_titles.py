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
    "venue": "公用场地使用登记表",
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
    "venue_booking": "社区文化活动场所使用申请表",
    "repair_order": "客户请修流程单(派工单)",
    "repair_rework": "返修通知单",
    "service_order": "特约服务委托单",
    "complaint": "客户投诉记录表",
    "complaint_transfer": "投诉处理单",
    "complaint_letter": "投诉回复函",
    "reception": "投诉接待日预约单",
    "emergency": "紧急(突发)事件报告",
    "drill": "应急演练记录表",
    "special_task": "急特难任务跟踪单",
    "public_notice": "通知公告",
    "service_sheet": "有偿/委托服务联系单",
    "warranty_letter": "致开发商整改函",
    "callback": "服务及回访记录表(客户)",
    "rectification": "整改通知单",
    "patrol": "巡查记录表",
    "steward_log": "片区管家(A岗)日巡查日志",
    "patrol_codes": "巡查点位二维码",
    "handover_notice": "入伙通知书",
    "handover_guide": "收楼须知",
    "handover_route": "入伙手续书",
    "handover_papers": "入伙资料验证单",
    "handover_receipts": "资料、钥匙签收表",
    "handover_charges": "入伙收费记录",
    "handover_letter": "致开发商的书面报告",
    "house_inspection": "房屋质量验收登记表",
    "house_defect": "业主报修处理登记表(维修工作单)",
    "handover_incident": "现场突发事件记录",
    "proxy_service": "委托代办授权书",
    "handover_check": "抽查记录",
    "trusteeship": "房屋托管协议",
    "listing": "房屋租售委托登记表",
    "listing_seeker": "求租（求购）登记表",
    "renovation": "装修申报表",
    "renovation_missing": "装修缺件清单",
    "renovation_rules": "装修禁止行为和注意事项告知书",
    "renovation_neighbours": "装修邻里告知(公示)单",
    "renovation_condition": "装修前房屋现状确认",
    "renovation_agreement": "住宅室内装饰装修管理服务协议",
    "renovation_money": "装修缴费通知单",
    "renovation_permit": "装修许可证",
    "renovation_acceptance": "装修竣工验收表",
    "renovation_refund": "装修押金退还申请(审批)表",
    "renovation_extension": "装修许可证延期申请表",
    "power_connection": "通电申请表",
    "gas_alteration": "燃气改管申请(备案)表",
    "site_workers": "装修人员登记表",
    "pass_application": "临时出入证办理申请表",
    "site_sheet": "装修单位现场巡查签到表",
    "pass_badge": "临时出入证",
    "renovation_overtime": "装修加班申请表",
    "renovation_hot_work": "临时动火作业申请表/动火许可证",
    "renovation_stay": "留宿担保书",
    "renovation_violation_notice": "业主装修违规整改通知书",
    "renovation_violation_report": "违章装修报告函",
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
