"""Which columns each kind of paper has, and the names companies give them.

The first synonym is the column's usual Chinese name; an earlier synonym wins over a later one
where a sheet has both. Names are compared after `header.normalise`, so brackets with units,
blanks and full-width letters need no entries of their own.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One field of a layout.

    `carries`: an empty cell means the value of the line above (a building named only on its
    first line). `repeats`: a cell merged over several lines holds for each of them; false for
    areas and amounts, which would be counted twice.
    """

    field: str
    synonyms: tuple[str, ...]
    carries: bool = False
    repeats: bool = True

    @property
    def title(self) -> str:
        """The column's usual Chinese name."""
        return self.synonyms[0]


@dataclass(frozen=True)
class Layout:
    """The columns of one kind of paper.

    `required`: groups of fields; a sheet must have at least one field of each group.
    `texts`: the fields in whose text a payment names its room, most telling first.
    """

    kind: str
    columns: tuple[Column, ...]
    required: tuple[tuple[str, ...], ...]
    texts: tuple[str, ...] = ()

    def column(self, field: str) -> Column:
        """Return the column of a field."""
        return next(column for column in self.columns if column.field == field)


def _column(field: str, names: str, carries: bool = False, repeats: bool = True) -> Column:
    return Column(field, tuple(names.split()), carries, repeats)


def _measure(field: str, names: str) -> Column:
    return _column(field, names, repeats=False)


REGISTER = Layout(
    "register",
    (
        _column("sequence", "序号 编号 序 号 no 行号", repeats=False),
        _column("estate", "小区 小区名称 项目 项目名称 楼盘 楼盘名称 园区", carries=True),
        _column(
            "building",
            "楼栋 楼号 栋号 幢号 座号 幢 座 栋 楼 楼栋号 楼幢 楼幢号 楼座 楼宇 楼宇名称 "
            "楼栋名称 栋座 栋别 楼栋编号 所在楼栋 号楼",
            carries=True,
        ),
        _column(
            "entrance",
            "单元 单元号 门栋 梯 门栋号 梯号 单元名称 单元门 门洞 所在单元",
            carries=True,
        ),
        _column("floor", "楼层 层 所在楼层 层数 楼层号 所在层 层次"),
        _column(
            "room",
            "房间全称 房屋全称 完整房号 房屋坐落 坐落 房屋地址 房产地址 物业地址 详细地址 地址 "
            "房产名称 房屋名称 资产名称 楼号房号 楼栋房号 房屋信息 房屋编号 房屋编码 房产编号",
        ),
        _column(
            "number",
            "房号 室号 房间号 门牌号 房间 户号 室 房屋号 房间编号 房间号码 门牌 门牌号码 单元房号 "
            "商铺号 铺号 铺位号 户室号",
        ),
        _column(
            "type",
            "房屋类型 物业类型 业态 用途 房屋性质 房产类型 房屋用途 规划用途 使用性质 物业性质 "
            "房间类型 资源类型 物业业态 房屋类别 单位类型",
        ),
        _column("layout", "户型 房型 户型结构 户型名称"),
        _column("orientation", "朝向 房屋朝向"),
        _measure(
            "gross_area",
            "建筑面积 产权面积 建面 产权建筑面积 房屋面积 计费面积 收费面积 房产面积 "
            "房本面积 面积 面积建筑 实测面积 测绘面积",
        ),
        _measure(
            "inner_area", "套内面积 套内建筑面积 使用面积 实用面积 套内 套内使用面积 面积套内"
        ),
        _measure("shared_area", "公摊面积 分摊面积 公摊 公用分摊面积 共有面积 分摊建筑面积"),
        _measure("land_area", "土地分摊面积 分摊土地面积 土地面积 土地使用面积 土地使用权面积"),
        _column(
            "use_state",
            "使用情况 使用状态 房屋状态 入住状态 居住状态 入住情况 居住情况 房屋现状 状态",
        ),
        _column(
            "owner",
            "业主姓名 业主 产权人 户主 姓名 业主名称 产权人姓名 权利人 房屋所有权人 所有权人 "
            "客户名称 客户姓名 户主姓名 业主名 业主单位 住户 住户姓名 购房人 买受人",
        ),
        _column("id_type", "证件类型 证件种类 证件名称 证件类别"),
        _column(
            "id_number",
            "证件号码 身份证号 身份证 身份证号码 证件号 证件编号 业主身份证号 公民身份号码 "
            "统一社会信用代码 id号",
        ),
        _column(
            "phone",
            "联系电话 手机 手机号 手机号码 电话 移动电话 联系方式 电话号码 联系手机 业主电话 "
            "联系号码 电话1 联系电话1",
        ),
        _column(
            "handover_date",
            "入伙日期 交房日期 入住日期 收楼日期 交付日期 入伙时间 交房时间 入住时间 收楼时间 "
            "交付时间 接房日期 接房时间 收房日期 收房时间 交楼日期 交楼时间 入户日期",
        ),
        _column(
            "charge_start",
            "计费起始日 计费开始日期 计费起始日期 收费起始日 收费开始日期 起费日期 计费日期 "
            "物业费起算日 起算日期 开始计费日期 计费开始时间 计费起始时间",
        ),
        _column("plate", "车牌号 车牌 车牌号码 车号 车辆牌号 车辆号牌"),
        _column(
            "title_number", "不动产权证号 产权证号 房产证号 不动产证号 房产证 权证号 产权证编号"
        ),
        _column("water_meter", "水表号 水表编号"),
        _column("power_meter", "电表号 电表编号"),
        _column("gas_meter", "气表号 燃气表号 气表编号"),
        _column("remark", "备注 说明 备注说明 其他"),
    ),
    required=(("number", "room"), ("gross_area",)),
)

PARKING = Layout(
    "parking",
    (
        _column("sequence", "序号 编号 序 号 no", repeats=False),
        _column("zone", "车场 停车场 区域 车库 所在区域 停车区域 位置"),
        _column(
            "number", "车位号 车位编号 车位 泊位号 车位号码 车位名称 停车位号 车库号 储藏室号 泊位"
        ),
        _column("type", "类型 车位类型 车位性质 性质 使用性质 租售类型 产权性质 车位类别"),
        _column(
            "room",
            "绑定房号 房号 所属房屋 对应房号 关联房号 所属房号 业主房号 关联房屋 绑定房屋 房屋 "
            "房间号 房屋坐落 住址 房屋地址",
        ),
        _column("building", "楼栋 楼号 栋号 幢号", carries=False),
        _column("entrance", "单元 单元号"),
        _column("owner", "业主姓名 业主 车主 车主姓名 姓名 使用人 产权人 承租人"),
        _column("phone", "联系电话 手机 手机号 电话 手机号码 联系方式"),
        _column("plate", "车牌号 车牌 车牌号码 车号 车辆牌号"),
        _measure("area", "面积 建筑面积 车位面积"),
        _measure("fee", "月费 月租 月租金 收费标准 费用 月收费 金额 单价 管理费 车位费 月费用"),
        _column("date_start", "开始日期 生效日期 起租日期 租赁开始日期 开始时间 起始日期"),
        _column("date_end", "结束日期 到期日期 失效日期 租赁结束日期 截止日期 到期时间 到期日"),
        _column("remark", "备注 说明"),
    ),
    required=(("number",),),
)

FEES = Layout(
    "fees",
    (
        _column("sequence", "序号 编号 no", repeats=False),
        _column(
            "item", "收费项目 项目名称 费用项目 费项 收费项目名称 费用名称 项目 科目", carries=True
        ),
        _column(
            "type",
            "适用类型 房屋类型 适用房屋类型 物业类型 适用范围 适用对象 业态 收费对象 收费范围",
        ),
        _column("basis", "计费方式 计算方式 计费依据 计价方式 收费方式 计算公式 计费公式"),
        _measure("price", "单价 收费标准 标准 价格 收费单价 金额 费用标准"),
        _column("unit", "单位 计价单位 计费单位 计量单位"),
        _column("cycle", "收费周期 计费周期 周期 缴费周期"),
        _column("tax", "税率 增值税率 税率说明 税"),
        _column("date_start", "生效日期 开始日期 执行日期 起始日期 启用日期 生效时间 开始时间"),
        _column("date_end", "失效日期 结束日期 终止日期 截止日期 停用日期 失效时间 结束时间"),
        _column("remark", "备注 说明 收费依据"),
    ),
    required=(("item",), ("price",)),
)

METERS = Layout(
    "meters",
    (
        _column("sequence", "序号 编号 no", repeats=False),
        _column("building", "楼栋 楼号 栋号 幢号", carries=True),
        _column("entrance", "单元 单元号", carries=True),
        _column("room", "房号 房屋 房间号 室号 房屋编号 房屋地址 门牌号 户号"),
        _column("owner", "业主姓名 业主 姓名 户主 客户名称"),
        _column("meter_type", "表类 表类型 仪表类型 表计类型 仪表种类 类型 能源类型 表种"),
        _column("meter_number", "表号 表编号 仪表编号 表计编号 表码 仪表号 表具编号 水表号 电表号"),
        _measure("ratio", "倍率 变比 互感倍率"),
        _measure("previous", "上期读数 上次读数 上期表底 上月读数 起数 上期 起码 期初读数"),
        _measure("current", "本期读数 本次读数 本期表底 本月读数 止数 本期 止码 期末读数"),
        _measure("usage", "用量 本期用量 实际用量 使用量 用水量 用电量"),
        _column("date", "抄表日期 抄表时间 日期 本次抄表日期 本期抄表日期 读数日期"),
        _column("reader", "抄表人 抄表员"),
        _column("remark", "备注 说明"),
    ),
    required=(("room", "meter_number"), ("current",)),
)

BANK = Layout(
    "bank",
    (
        _column("sequence", "序号 编号 no", repeats=False),
        _column("date", "交易日期 记账日期 交易时间 入账日期 日期 入账时间 记账时间 交易日"),
        _column("time", "时间 交易时刻"),
        _column(
            "payer",
            "对方户名 付款人 户名 对方名称 付款人名称 对方账户名称 对方单位 对方账户名 付款方 "
            "付款方户名 付款人户名 对手户名 交易对手 对方姓名",
        ),
        _column("account", "对方账号 付款人账号 对方账户 付款账号 对手账号 对方卡号 付款方账号"),
        _column("bank", "对方开户行 对方行名 付款行 对方开户机构 对方银行 付款人开户行"),
        _measure(
            "amount_in",
            "收入金额 贷方发生额 收入 贷方 贷方金额 存入金额 转入金额 收款金额 入账金额 存入 "
            "贷方发生额收入 收入贷方 贷 收入贷",
        ),
        _measure(
            "amount_out",
            "支出金额 借方发生额 支出 借方 借方金额 支取金额 转出金额 付款金额 支取 "
            "借方发生额支取 支出借方 借 支出借",
        ),
        _measure("amount", "交易金额 金额 发生额"),
        _column("direction", "借贷标志 借贷 收支 收支类型 借贷方向 交易方向 借贷标识 收支方向"),
        _measure("balance", "余额 账户余额 本次余额 当前余额 交易后余额"),
        _column("memo", "附言 交易附言 客户附言 留言 转账附言 附言用途 摘要附言 用途附言"),
        _column("purpose", "用途 交易用途 款项用途 汇款用途"),
        _column("remark", "备注 交易备注 说明 备注信息"),
        _column("summary", "摘要 交易摘要 摘要说明 交易类型 业务摘要"),
        _column(
            "reference",
            "流水号 交易流水号 银行流水号 交易流水 流水 账户明细编号 凭证号 交易序号 核心流水号 "
            "账户明细编号交易流水号 企业流水号 回单编号 日志号",
            repeats=False,
        ),
    ),
    required=(("date",), ("amount_in", "amount")),
    texts=("memo", "purpose", "remark", "summary"),
)

# Merchant bills of the payment platforms; WeChat's and Alipay's names for the same thing.
WECHAT = Layout(
    "wechat",
    (
        _column("date", "交易时间 完成时间 发生时间 入账时间 记账时间 创建时间 付款时间"),
        _column(
            "reference",
            "微信订单号 支付宝交易号 微信支付订单号 账务流水号 微信支付业务单号 业务流水号 "
            "交易单号 平台订单号",
            repeats=False,
        ),
        _column("order", "商户订单号 商家订单号 商户单号", repeats=False),
        _column("payer", "用户标识 对方账户 对方账号 对方名称 交易对方 付款方"),
        _column("type", "交易类型 业务类型 收支类型"),
        _column("status", "交易状态 状态 当前状态"),
        _column("currency", "货币种类 币种"),
        # what the resident paid; the part a voucher covers is settled to the merchant as well
        _measure(
            "amount",
            "订单金额 总金额 收入 收入金额 应结订单金额 商家实收 金额 收支金额 实收金额 交易金额",
        ),
        _measure("settled", "应结订单金额 商家实收 实收金额"),
        _column("refund_reference", "微信退款单号 退款批次号请求号 退款批次号 退款单号"),
        _measure("refund", "退款金额 申请退款金额 支出 支出金额"),
        _column("refund_status", "退款状态"),
        _measure("handling_fee", "手续费 服务费"),
        _column("product", "商品名称 商品 商品说明 业务描述 账务类型"),
        _column("memo", "商户数据包 备注 附言 业务凭证号"),
    ),
    required=(("date",), ("amount",)),
    texts=("memo", "product"),
)

LAYOUTS = {layout.kind: layout for layout in (REGISTER, PARKING, FEES, METERS, BANK, WECHAT)}
