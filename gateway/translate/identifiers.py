"""Identifiers with a check: GTIN, SSCC, countries."""

from __future__ import annotations

from gateway.translate.conversion import Unconvertible


def check_digit(body: str) -> str:
    """The GS1 check digit of the digits before it: weights 3 and 1 from the right (GS1 General Specifications 7.9)."""
    total = 3 * sum(map(int, body[::-2])) + sum(map(int, body[-2::-2]))
    return str(-total % 10)


def read_gtin(text: str, width: int = 0) -> str:
    """A trade item number (8, 12, 13 or 14 digits with check digit, 11 without) as 14 digits; `width` is what is sent."""
    del width
    digits = text.strip().replace("-", "").replace(" ", "")
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in (8, 11, 12, 13, 14):
        raise Unconvertible("gtin-invalid", expected="8, 12, 13 or 14 digits, or 11 without check digit")
    if len(digits) == 11:
        digits += check_digit(digits)
    expected = check_digit(digits[:-1])
    if digits[-1] != expected:
        raise Unconvertible("check-digit-wrong", kind="GTIN", expected=expected)
    return digits.zfill(14)


def write_gtin(value: str, width: int = 14) -> str:
    """The number in so many digits; Unconvertible where it does not fit."""
    if len(value.lstrip("0")) > (width or 14):
        raise Unconvertible("gtin-invalid", expected=f"a number of {width} digits")
    return value[-(width or 14) :]


def read_sscc(text: str, width: int = 18) -> str:
    """A serial shipping container code: 18 digits with check digit, or 20 with the application identifier 00 in front."""
    del width
    digits = text.strip().replace(" ", "").replace("(00)", "00")
    if len(digits) == 20 and digits.startswith("00"):
        digits = digits[2:]  # the application identifier
    if not (digits.isascii() and digits.isdigit()) or len(digits) != 18:
        raise Unconvertible("sscc-invalid", expected="18 digits, or 20 that begin with 00")
    expected = check_digit(digits[:-1])
    if digits[-1] != expected:
        raise Unconvertible("sscc-check-digit", expected=expected)
    return digits


def write_sscc(value: str, width: int = 18) -> str:
    """The code, with 00 in front where 20 digits are wanted."""
    return "00" + value if width == 20 else value


# ISO 3166-1, alpha-2 and alpha-3
_COUNTRIES = dict(
    pair.split(":")
    for pair in """
AD:AND AE:ARE AF:AFG AG:ATG AI:AIA AL:ALB AM:ARM AO:AGO AQ:ATA AR:ARG AS:ASM AT:AUT AU:AUS AW:ABW AX:ALA AZ:AZE BA:BIH BB:BRB BD:BGD
BE:BEL BF:BFA BG:BGR BH:BHR BI:BDI BJ:BEN BL:BLM BM:BMU BN:BRN BO:BOL BQ:BES BR:BRA BS:BHS BT:BTN BV:BVT BW:BWA BY:BLR BZ:BLZ CA:CAN
CC:CCK CD:COD CF:CAF CG:COG CH:CHE CI:CIV CK:COK CL:CHL CM:CMR CN:CHN CO:COL CR:CRI CU:CUB CV:CPV CW:CUW CX:CXR CY:CYP CZ:CZE DE:DEU
DJ:DJI DK:DNK DM:DMA DO:DOM DZ:DZA EC:ECU EE:EST EG:EGY EH:ESH ER:ERI ES:ESP ET:ETH FI:FIN FJ:FJI FK:FLK FM:FSM FO:FRO FR:FRA GA:GAB
GB:GBR GD:GRD GE:GEO GF:GUF GG:GGY GH:GHA GI:GIB GL:GRL GM:GMB GN:GIN GP:GLP GQ:GNQ GR:GRC GS:SGS GT:GTM GU:GUM GW:GNB GY:GUY HK:HKG
HM:HMD HN:HND HR:HRV HT:HTI HU:HUN ID:IDN IE:IRL IL:ISR IM:IMN IN:IND IO:IOT IQ:IRQ IR:IRN IS:ISL IT:ITA JE:JEY JM:JAM JO:JOR JP:JPN
KE:KEN KG:KGZ KH:KHM KI:KIR KM:COM KN:KNA KP:PRK KR:KOR KW:KWT KY:CYM KZ:KAZ LA:LAO LB:LBN LC:LCA LI:LIE LK:LKA LR:LBR LS:LSO LT:LTU
LU:LUX LV:LVA LY:LBY MA:MAR MC:MCO MD:MDA ME:MNE MF:MAF MG:MDG MH:MHL MK:MKD ML:MLI MM:MMR MN:MNG MO:MAC MP:MNP MQ:MTQ MR:MRT MS:MSR
MT:MLT MU:MUS MV:MDV MW:MWI MX:MEX MY:MYS MZ:MOZ NA:NAM NC:NCL NE:NER NF:NFK NG:NGA NI:NIC NL:NLD NO:NOR NP:NPL NR:NRU NU:NIU NZ:NZL
OM:OMN PA:PAN PE:PER PF:PYF PG:PNG PH:PHL PK:PAK PL:POL PM:SPM PN:PCN PR:PRI PS:PSE PT:PRT PW:PLW PY:PRY QA:QAT RE:REU RO:ROU RS:SRB
RU:RUS RW:RWA SA:SAU SB:SLB SC:SYC SD:SDN SE:SWE SG:SGP SH:SHN SI:SVN SJ:SJM SK:SVK SL:SLE SM:SMR SN:SEN SO:SOM SR:SUR SS:SSD ST:STP
SV:SLV SX:SXM SY:SYR SZ:SWZ TC:TCA TD:TCD TF:ATF TG:TGO TH:THA TJ:TJK TK:TKL TL:TLS TM:TKM TN:TUN TO:TON TR:TUR TT:TTO TV:TUV TW:TWN
TZ:TZA UA:UKR UG:UGA UM:UMI US:USA UY:URY UZ:UZB VA:VAT VC:VCT VE:VEN VG:VGB VI:VIR VN:VNM VU:VUT WF:WLF WS:WSM YE:YEM YT:MYT ZA:ZAF
ZM:ZMB ZW:ZWE
""".split()
)
_BY_THREE = {three: two for two, three in _COUNTRIES.items()}


def country2(text: str) -> str:
    """A country code of two or three letters (ISO 3166) as two letters."""
    code = text.strip().upper()
    two = code if code in _COUNTRIES else _BY_THREE.get(code)
    if two is None:
        raise Unconvertible("country-unknown", expected="a code of ISO 3166")
    return two


def country3(text: str) -> str:
    """The same as three letters."""
    return _COUNTRIES[country2(text)]
