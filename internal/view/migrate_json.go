package view

import (
	"encoding/json"
	"fmt"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// The documents of a migration. No e-mail address is in any of them.
const (
	migrateFormat  = "tenantry.migrate/1"
	undoFormat     = "tenantry.undo/1"
	migratedFormat = "tenantry.migrated/1"
)

type itemDocument struct {
	Asset   tenancy.AssetRef `json:"asset"`
	Name    string           `json:"name"`
	May     tenancy.Access   `json:"may"`
	Owner   bool             `json:"owner"`
	Alone   bool             `json:"owned_alone"`
	Follows bool             `json:"follows"`
	Gets    tenancy.Access   `json:"gets,omitempty"`
	Why     string           `json:"why,omitempty"`
}

type migrantDocument struct {
	Person tenancy.PersonID  `json:"person"`
	From   plan.Lodging      `json:"from"`
	To     tenancy.Namespace `json:"to"`
	As     tenancy.UserName  `json:"as"`
	Role   tenancy.Role      `json:"role"`
	There  bool              `json:"there"`
	Phase  plan.Phase        `json:"phase"`
	Ends   string            `json:"ends,omitempty"` // the day on which the user of before goes
	Held   []tenancy.Code    `json:"held"`           // by what; empty where nothing does
	Groups []string          `json:"groups"`         // of before
	Joins  []string          `json:"joins"`
	Items  []itemDocument    `json:"items"`
	Sees   []sightDocument   `json:"sees"`
	Steps  []plan.Step       `json:"steps"`
}

// sightDocument is a dashboard that somebody sees before or after.
type sightDocument struct {
	namedAsset
	Through []string `json:"through"` // by what they see it before; empty where they do not
	After   bool     `json:"after"`
}

// namedAsset is an asset with its name.
type namedAsset struct {
	tenancy.AssetRef
	Name string `json:"name,omitempty"`
}

type unreadDocument struct {
	namedAsset
	Why string `json:"why"`
}

// Migration writes what a migration means.
func (j *jsonPrinter) Migration(m *Migration) error {
	sees := func(g *plan.Migrant) []sightDocument {
		all := make([]sightDocument, len(g.Sees))
		for i, s := range g.Sees {
			all[i] = sightDocument{namedAsset{s.Asset, s.Name}, list(s.Through), s.Still}
		}
		return all
	}
	people := make([]migrantDocument, len(m.Migrants))
	for i := range m.Migrants {
		g := &m.Migrants[i]
		d := migrantDocument{
			Person: g.Person, From: g.From, To: g.To, As: g.As, Role: g.Role, There: g.There, Phase: g.Phase, Held: list(g.Codes),
			Groups: list(g.Groups), Joins: list(g.Joins), Items: make([]itemDocument, len(g.Items)),
			Sees: sees(g), Steps: withoutAddresses(g.Steps),
		}
		if g.Held() == "" {
			d.Ends = m.ends(g)
		}
		for k, item := range g.Items {
			d.Items[k] = itemDocument(item)
		}
		people[i] = d
	}
	rules := make([]namedAsset, len(m.RLS))
	for i, ref := range m.RLS {
		rules[i] = namedAsset{ref, m.Names[ref]}
	}
	unread := make([]unreadDocument, len(m.Unread))
	for i, u := range m.Unread {
		unread[i] = unreadDocument{namedAsset{u.AssetRef, u.Name}, u.Why}
	}
	return WriteJSON(j.io.Out, struct {
		Format   string            `json:"format"`
		Account  tenancy.AccountID `json:"account"`
		Store    tenancy.StoreID   `json:"identity_store"`
		RLS      []namedAsset      `json:"row_level_security"`
		Migrants []migrantDocument `json:"migrants"`
		Shares   []plan.Step       `json:"shares"`
		Ground   []plan.Step       `json:"ground"`
		Holds    []tenancy.Hold    `json:"holds"`
		Notes    []tenancy.Note    `json:"notes"`
		Left     []plan.Left       `json:"left"`
		Unread   []unreadDocument  `json:"unread"`
		Seats    []plan.Seats      `json:"seats"`
	}{
		migrateFormat, m.Ground.Account, m.Ground.Store, rules, people, withoutAddresses(m.Shares), withoutAddresses(m.Ground.Pending()),
		list(m.Holds), list(m.Notes), list(m.Left), unread, list(m.Seats),
	})
}

// withoutAddresses are steps without the e-mail addresses in them.
func withoutAddresses(steps []plan.Step) []plan.Step {
	out := make([]plan.Step, len(steps))
	for i, s := range steps {
		switch c := s.Change.(type) {
		case plan.Register:
			c.Email = ""
			s.Change = c
		case plan.UpdateUser:
			c.Email, c.WasEmail = "", ""
			s.Change = c
		case plan.LowerRole:
			c.Email = ""
			s.Change = c
		case plan.Return:
			c.Email = ""
			s.Change = c
		}
		out[i] = s
	}
	return out
}

type undoneDocument struct {
	Person    tenancy.PersonID  `json:"person"`
	From      tenancy.Namespace `json:"from"`
	As        tenancy.UserName  `json:"as"`
	Namespace string            `json:"to"`
	User      tenancy.UserName  `json:"user"`
	Role      tenancy.Role      `json:"role"`
	Held      tenancy.Code      `json:"held,omitempty"`
	Steps     []plan.Step       `json:"steps"`
}

// Undoing writes how a migration is undone.
func (j *jsonPrinter) Undoing(u *Undoing) error {
	people := make([]undoneDocument, len(u.People))
	for i := range u.People {
		p := &u.People[i]
		people[i] = undoneDocument{p.Image.Person, p.Image.To, p.Image.As, p.Image.Namespace, p.Image.User, p.Image.Role, p.Held, withoutAddresses(p.Steps)}
	}
	return WriteJSON(j.io.Out, struct {
		Format string           `json:"format"`
		People []undoneDocument `json:"people"`
		Holds  []tenancy.Hold   `json:"holds"`
	}{undoFormat, people, list(u.Holds)})
}

// Moving writes a line to Err now and then.
func (j *jsonPrinter) Moving(p MoveProgress) {
	sum := plan.Progress{Total: p.Total, Done: p.Done, Failed: p.Failed}
	if !j.meter.due(sum, lineEvery, linePeople) {
		return
	}
	line, err := json.Marshal(struct {
		Format string `json:"format"`
		Total  int    `json:"people"`
		Done   int    `json:"done"`
		Failed int    `json:"failed"`
		Left   int    `json:"seconds_left,omitempty"`
	}{progressFormat, p.Total, p.Done, p.Failed, int(p.Left.Seconds())})
	if err == nil {
		fmt.Fprintf(j.io.Err, "%s\n", line)
	}
}

type movedDocument struct {
	Person    tenancy.PersonID  `json:"person"`
	User      tenancy.UserName  `json:"user"`
	Namespace tenancy.Namespace `json:"namespace"`
	Error     string            `json:"error"`
}

func movedDocuments(all []Moved) []movedDocument {
	docs := make([]movedDocument, len(all))
	for i, m := range all {
		docs[i] = movedDocument{m.Person, m.User, m.To, errorText(m.Err)}
	}
	return docs
}

// Moved writes what was done.
func (j *jsonPrinter) Moved(r *MoveReport) error {
	return WriteJSON(j.io.Out, struct {
		Format       string            `json:"format"`
		Undone       bool              `json:"undone"`
		Image        string            `json:"image,omitempty"`
		GroundDone   int               `json:"ground_done"`
		GroundFailed []outcomeDocument `json:"ground_failed"`
		GroundHeld   []outcomeDocument `json:"ground_held"`
		Done         int               `json:"done"`
		Failed       []movedDocument   `json:"failed"`
		Unready      []movedDocument   `json:"not_ready"`
		NotReached   int               `json:"not_reached"`
		Stopped      bool              `json:"stopped"`
		Paused       *plan.Pause       `json:"paused,omitempty"`
		Interrupted  bool              `json:"interrupted"`
	}{
		migratedFormat, r.Undone, r.Image, r.Ground.Done, outcomeDocuments(plainOutcomes(r.Ground.Failed)), outcomeDocuments(plainOutcomes(r.Ground.Held)),
		r.Done, movedDocuments(r.Failed), movedDocuments(r.Unready), r.NotReached, r.Stopped, pausedDocument(r.Paused), r.Interrupted,
	})
}

// plainOutcomes are outcomes without the e-mail addresses in their steps.
func plainOutcomes(all []plan.Outcome) []plan.Outcome {
	out := make([]plan.Outcome, len(all))
	for i, o := range all {
		out[i] = o
		out[i].Step = withoutAddresses([]plan.Step{o.Step})[0]
	}
	return out
}
