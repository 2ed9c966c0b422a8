package plan

// KindProbe is what the history calls a call that a probe tries (tenantry doctor --probe). There is no Change of this kind: it
// concerns no tenant.
const KindProbe Kind = "probe"
