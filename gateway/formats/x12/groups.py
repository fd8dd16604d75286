"""Functional groups (element 479): which exist, and which sets each may hold (X12.6; facts gathered from public guides)."""

KNOWN_GROUPS = frozenset(
    (
        "AA AB AC AD AE AF AG AH AI AK AL AM AN AO AP AQ AR AS AT AU AV AW AX AY AZ BA BB BC BD BE BF BG BL BS CA CB CC CD CE CF CH CI CJ "
        "CK CL CM CN CO CP CQ CR CS CT CU CV CW D3 D4 D5 DA DD DF DI DM DS DX EC ED EI EN EO EP ER ES EV EX FA FB FC FG FR FT GC GE GF GL "
        "GP GR GT HB HC HI HN HP HR HS HU HV IA IB IC ID IE IF IG IH IJ IM IN IO IR IS JB KM LA LB LI LN LR LS LT MA MC MD ME MF MG MH MI "
        "MJ MK MM MN MO MP MQ MR MS MT MV MW MX MY MZ NC NL NP NR NT OC OG OR OW PA PB PC PD PE PF PG PH PI PJ PK PL PN PO PQ PR PS PT PU "
        "PV PW PY QG QM QO RA RB RC RD RE RF RG RH RI RJ RK RL RM RN RO RP RQ RR RS RT RU RV RW RX RY RZ SA SB SC SD SE SF SH SI SJ SL SM "
        "SN SO SP SQ SR SS ST SU SV SW TA TB TD TE TF TI TJ TM TN TO TP TR TS TT TU TX UA UB UC UD UI UP UW VA VB VC VD VE VH VI VS WA WB "
        "WG WI WL WR WT"
    ).split()
)

_SETS = (
    "204 SM;210 IM;214 QM;810 IN;820 RA;824 AG;830 PS;832 SC;840 RQ;843 RR;846 IB;850 PO;852 PD;855 PR;856 SH;857 BS;860 PC;861 RC;"
    "862 SS;864 TX;865 CA;867 PT;869 RS;870 RS;875 OG;880 GP;940 OW;943 AR;944 RE;945 SW;947 AW;990 GF;997 FA;999 FA"
)

GROUPS_OF_SET: dict[str, frozenset[str]] = {row.split()[0]: frozenset(row.split()[1:]) for row in _SETS.split(";")}
"""The functional identifiers (GS01) under which a set may travel."""
