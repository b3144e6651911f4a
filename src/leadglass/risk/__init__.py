# SPDX-License-Identifier: Apache-2.0
"""Weigh a finding where it is: decision tables that print their own reason (CERT/CC SSVC, CISA KEV, FIRST EPSS, CVSS).

In: what feeds say of a vulnerability, what is known of a device. Out: `Threat`, `Setting`, `Risk`.
"""

from leadglass.risk.policies import Policies, load
from leadglass.risk.settings import Setting, place
from leadglass.risk.threats import Threat, assess
from leadglass.risk.weigh import Risk, weigh

__all__ = ["Policies", "Risk", "Setting", "Threat", "assess", "load", "place", "weigh"]
