package world

import (
	"fmt"
	"iter"
	"slices"
)

// CloudTrail is a trail. Without one that logs, the buses of EventBridge are told of no call (EventBridge user guide, "AWS
// service events delivered via AWS CloudTrail").
type CloudTrail struct {
	Name    string `json:"name"`
	Account string `json:"account,omitempty"` // the world's account; of an organization's trail, the management account
	Region  string `json:"region,omitempty"`  // its home, that of the identity store
	// MultiRegion makes it log what happens in every Region, and Organization in every account.
	MultiRegion  bool `json:"multi_region,omitempty"`
	Organization bool `json:"organization,omitempty"`
	Stopped      bool `json:"stopped,omitempty"` // it does not log
	// Management is which management events it logs: All, WriteOnly, ReadOnly or None; All.
	Management string `json:"management,omitempty"`
	// Advanced makes it show that as advanced event selectors.
	Advanced bool `json:"advanced,omitempty"`
}

// ARN is the trail's ARN.
func (t CloudTrail) ARN(w *World) string {
	return "arn:" + w.Partition + ":cloudtrail:" + t.Region + ":" + t.Account + ":trail/" + t.Name
}

// logs reports whether it logs what happens in an account and a Region: calls that change nothing, or the others.
func (t CloudTrail) logs(account, region string, readOnly bool) bool {
	selected := t.Management == "All" || t.Management == "WriteOnly" && !readOnly || t.Management == "ReadOnly" && readOnly
	return !t.Stopped && selected && t.SeenIn(account, region)
}

// SeenIn reports whether it is a trail of an account and a Region, at home or as a shadow of one of elsewhere.
func (t CloudTrail) SeenIn(account, region string) bool {
	return (t.Organization || t.Account == account) && (t.MultiRegion || t.Region == region)
}

// Trails are the trails of all accounts. A world whose file names none has one that logs everything, if [Behaviour] has a
// [Trail]. The lock must be held.
func (w *World) Trails() iter.Seq[CloudTrail] {
	if w.trails != nil || w.behaviour.Trail == nil {
		return slices.Values(w.trails)
	}
	owner := w.Directory.OwnerAccount
	return slices.Values([]CloudTrail{{
		Name: "simulated", Account: owner, Region: w.Directory.Region, MultiRegion: true, Organization: owner != w.Account, Management: "All",
	}})
}

// Log lets a trail log from now on, or no longer, and reports whether it is one that the world file names.
func (w *World) Log(arn string, on bool) bool {
	i := slices.IndexFunc(w.trails, func(t CloudTrail) bool { return t.ARN(w) == arn })
	if i >= 0 {
		w.trails[i].Stopped = !on
	}
	return i >= 0
}

// logged reports whether a trail tells the buses of what happens in an account and a Region.
func (w *World) logged(account, region string, readOnly bool) bool {
	for t := range w.Trails() {
		if t.logs(account, region, readOnly) {
			return true
		}
	}
	return false
}

func (w *World) loadTrails(seed Seed) error {
	w.trails = slices.Clone(seed.Trails)
	for i := range w.trails {
		t := &w.trails[i]
		t.Account, t.Region, t.Management = or(t.Account, w.Account), or(t.Region, w.Directory.Region), or(t.Management, "All")
		if !slices.Contains([]string{"All", "WriteOnly", "ReadOnly", "None"}, t.Management) || t.Name == "" {
			return fmt.Errorf("trails[%d] %q: want a name, and All, WriteOnly, ReadOnly or None as management", i, t.Name)
		}
	}
	return nil
}
