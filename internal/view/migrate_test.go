package view

import (
	"encoding/csv"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func ref(kind tenancy.AssetKind, id string) tenancy.AssetRef {
	return tenancy.AssetRef{Kind: kind, Region: "eu-west-1", ID: id}
}

// migrant is somebody who sees one dashboard before and after, and owns it.
func migrant(session, tenant string) plan.Migrant {
	d := ref(tenancy.Dashboard, "d-"+session)
	return plan.Migrant{
		Person: tenancy.PersonID("person-" + session), To: ns(tenant), As: user(session), Role: tenancy.Author, Email: session + "@" + tenant + ".example",
		From:  plan.Lodging{Namespace: "default", User: user(session), Role: tenancy.Author, Email: "secret@" + tenant + ".example"},
		Phase: plan.PhaseMove, Groups: []string{"Old"}, Joins: []string{"qs:" + tenant},
		Items: []plan.Item{{Asset: d, Name: "Sales of " + session, May: tenancy.Owns, Alone: true, Follows: true, Gets: tenancy.Owns}},
		Sees:  []plan.Sight{{Asset: d, Through: []string{"a permission of their own"}, Still: true}},
		Steps: []plan.Step{
			{Change: plan.Evict{Namespace: ns(tenant), Person: tenancy.PersonID("person-" + session), From: "default", User: user(session), Role: tenancy.Author, Back: user(session)}},
			{Change: plan.Register{Namespace: ns(tenant), Person: tenancy.PersonID("person-" + session), Session: tenancy.Session(session), Role: tenancy.Author, Email: "secret@" + tenant + ".example"}},
		},
	}
}

// held keeps somebody where they are.
func held(g plan.Migrant, code tenancy.Code) plan.Migrant {
	g.Codes, g.Steps = []tenancy.Code{code}, nil
	return g
}

func ground(tenants ...string) *plan.Plan {
	b := newBuilder()
	for _, n := range tenants {
		b.tenant(n, "")
	}
	return &b.plan
}

func migration() *Migration {
	s, _, _, _ := TestIO()
	bo := held(migrant("bo", "acme"), plan.SeesLess)
	rows, gone := ref(tenancy.DataSet, "rows"), ref(tenancy.Dashboard, "gone")
	bo.From.Role, bo.Role = tenancy.Author, tenancy.Reader
	bo.Items = append(bo.Items, plan.Item{Asset: gone, Name: "Everybody's", May: tenancy.Views, Why: "it is shared with globex"})
	bo.Sees = append(bo.Sees, plan.Sight{Asset: gone, Name: "Everybody's", Through: []string{"all of default"}})
	eli := migrant("eli", "globex")
	eli.As, eli.Phase = "QuickSight-globex/eli", plan.PhasePrepare
	fay := migrant("fay", "globex")
	fay.As, fay.Phase, fay.Steps, fay.Until = "QuickSight-globex/fay", plan.PhaseKept, nil, s.Now().Add(24*time.Hour).Unix()
	fay.From.Namespace = "legacy"
	return &Migration{
		Migrating: plan.Migrating{
			Migrants: []plan.Migrant{migrant("ana", "acme"), bo, eli, fay},
			Shares:   []plan.Step{{Change: plan.Share{Namespace: ns("acme"), Group: "g", Mirror: "qs:acme", Asset: ref(tenancy.Dashboard, "uptime")}}},
			Holds:    []tenancy.Hold{{Code: plan.SeesLess, Object: "person-bo", Namespace: "acme", Access: true, Reason: `QuickSight/bo would no longer see "Everybody's"`, Ends: "tenantry migrate --namespace acme --allow sees-less"}},
			Notes:    []tenancy.Note{{Code: plan.NotMapped, Object: "data-set eu-west-1/rows", Namespace: "acme", Text: "the group qs:acme does not get to see it: a data-set is nothing to look at"}},
			Names:    map[tenancy.AssetRef]string{rows: "Rows", gone: "Everybody's"},
			RLS:      []tenancy.AssetRef{rows},
			Left:     []plan.Left{{Namespace: "default", House: 3, Admins: 1, Nobodys: 12}, {Namespace: "legacy", Nobodys: 1}},
			Seats:    []plan.Seats{{Role: tenancy.Reader, Before: 1, After: 1}, {Role: tenancy.Author, Before: 1234, After: 1235}},
		},
		Ground: ground("acme"), Now: s.Now(), Keep: 14 * 24 * time.Hour,
		Unread: []tenancy.Unread{{AssetRef: tenancy.AssetRef{Kind: tenancy.Theme, Region: "eu-west-1"}, Why: "denied"}},
		Next:   []string{"To do it:\n  tenantry migrate -c tenantry.yaml --apply"},
	}
}

func TestMigration(t *testing.T) {
	wild := migrant("ana", "acme")
	wild.From.User, wild.From.Namespace, wild.Items[0].Name, wild.Items[0].Why, wild.Items[0].Follows = hostile, hostile, hostile, hostile, false
	for name, m := range map[string]*Migration{
		"migrate":         migration(),
		"migrate-nobody":  {Ground: ground()},
		"migrate-hostile": {Migrating: plan.Migrating{Migrants: []plan.Migrant{wild}, Left: []plan.Left{{Namespace: hostile, Nobodys: 1}}}, Ground: ground()},
	} {
		for _, f := range []Format{Text, JSON} {
			s, _, out, _ := TestIO()
			if err := NewMigrations(s, f, Options{}).Migration(m); err != nil {
				t.Fatal(err)
			}
			golden(t, name+"."+string(f), out.Bytes())
			if strings.Contains(out.String(), "secret") {
				t.Errorf("%s shows an e-mail address:\n%s", name, out)
			}
		}
	}
}

// On a narrow terminal no row is wider than it; a name that is too long stands alone.
func TestMigrationOnANarrowTerminal(t *testing.T) {
	m := migration()
	m.Migrants[0].From.User = tenancy.UserName("QuickSight/" + strings.Repeat("x", 64))
	m.Next, m.Holds = nil, nil
	s, _, out, _ := TestIO()
	s.Width = 80
	if err := NewMigrations(s, Text, Options{}).Migration(m); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out.String()) {
		if w := columns(strings.TrimSuffix(line, "\n")); w > 80 {
			t.Errorf("%d columns: %s", w, line)
		}
	}
}

// Of thousands those are named who are held, and the others are counted; with everything asked for all are named.
func TestMigrationOfThousands(t *testing.T) {
	m := &Migration{Ground: ground()}
	for i := range 4000 {
		g := migrant(fmt.Sprintf("p%04d", i), "acme")
		if i%500 == 499 {
			g = held(g, plan.SpansTenants)
		}
		m.Migrants = append(m.Migrants, g)
	}
	show := func(o Options) string {
		s, _, out, _ := TestIO()
		if err := NewMigrations(s, Text, o).Migration(m); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	text := show(Options{})
	if n := strings.Count(text, "held: spans-tenants"); n != 8 || strings.Count(text, "\n") > 40 || !strings.Contains(text, "… and 3,980 more (--full shows all): 3,980 move\n") {
		t.Errorf("%d are held:\n%s", n, text)
	}
	if full := show(Options{Full: true}); strings.Count(full, "QuickSight/p") != 4000 || strings.Contains(full, "…") {
		t.Error("not everybody is named")
	}
}

func TestMoved(t *testing.T) {
	ana := Moved{Person: "p", User: "QuickSight/ana", To: ns("acme"), Err: denied{errors.New("take a user out of namespace \"default\": denied\x1b[2J")}}
	for name, r := range map[string]*MoveReport{
		"moved": {Done: 12, Ground: plan.Report{Done: 3}, Image: "tenantry-migrate.json", Next: []string{"To undo it:\n  tenantry migrate --undo tenantry-migrate.json"}},
		"moved-partly": {
			Done: 12, Failed: []Moved{ana}, NotReached: 5, Stopped: true, Unready: []Moved{{User: "QuickSight/eli", To: ns("globex"), Err: errors.New("there is no such namespace yet")}},
			Ground: plan.Report{Failed: failures().Failed[2:]}, Interrupted: true,
		},
		"moved-back": {Undone: true, Done: 1},
	} {
		for _, f := range []Format{Text, JSON} {
			s, _, out, _ := TestIO()
			if err := NewMigrations(s, f, Options{}).Moved(r); err != nil {
				t.Fatal(err)
			}
			golden(t, name+"."+string(f), out.Bytes())
		}
	}
}

func TestUndoing(t *testing.T) {
	image := func(session string) *plan.Image {
		return &plan.Image{
			Person: tenancy.PersonID("person-" + session), Namespace: "default", User: user(session), Role: tenancy.Author, Email: "secret@acme.example",
			Groups: []string{"Old"}, Assets: []plan.ImageAsset{{}, {}}, To: ns("acme"), As: user(session),
		}
	}
	u := &Undoing{
		People: []plan.Undone{
			{Image: image("ana"), Steps: []plan.Step{{Change: plan.Return{Namespace: ns("acme"), To: "default", Session: "ana", Role: tenancy.Author, Email: "secret@acme.example"}}}},
			{Image: image("bo"), Held: plan.NoWayBack}, {Image: image("eli")},
		},
		Holds: []tenancy.Hold{{Code: plan.NoWayBack, Object: "person-bo", Namespace: "acme", Reason: "no role", Ends: "make it again"}},
	}
	for _, f := range []Format{Text, JSON} {
		s, _, out, _ := TestIO()
		if err := NewMigrations(s, f, Options{}).Undoing(u); err != nil {
			t.Fatal(err)
		}
		golden(t, "undo."+string(f), out.Bytes())
		if strings.Contains(out.String(), "secret") {
			t.Errorf("shows an e-mail address:\n%s", out)
		}
	}
}

func TestMovingOffATerminal(t *testing.T) {
	for _, f := range []Format{Text, JSON} {
		s, _, out, errs := TestIO()
		c := &clock{s.Now()}
		s.Now = c.now
		p := NewMigrations(s, f, Options{})
		for i := 1; i <= 300; i++ {
			c.at = c.at.Add(50 * time.Millisecond)
			progress := MoveProgress{Total: 300, Done: i, Left: time.Duration(300-i) * 50 * time.Millisecond, Last: Moved{User: "QuickSight/ana", To: ns("acme")}}
			if i >= 3 {
				progress.Done, progress.Failed = i-1, 1
			}
			if i == 3 {
				progress.Last.Err = plan.ErrDenied
			}
			p.Moving(progress)
		}
		golden(t, "moving."+string(f), errs.Bytes())
		if out.Len() > 0 {
			t.Errorf("progress was written to Out: %s", out)
		}
	}
}

// T21, E32: no cell is a formula in the spreadsheet that opens it, and every cell is one.
func TestT21FormulasInTables(t *testing.T) {
	m := &Migration{Now: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), Keep: 24 * time.Hour}
	wild := migrant("ana", "acme")
	wild.As, wild.Email, wild.Groups = "QuickSight/=cmd|' /C calc'!A0", "+1@acme.example", []string{"@SUM(1)", "a,\"b\"\r\nc"}
	wild.From.User, wild.Person = "=HYPERLINK()/x", "-1"
	sure := held(migrant("bo", "acme"), plan.RLSNames)
	unsure := held(migrant("cyd", "acme"), plan.TwoRegistrations)
	moving := migrant("eli", "globex")
	moving.As, moving.Phase, moving.From.User = "QuickSight-globex/eli", plan.PhasePrepare, "AWSReservedSSO_Analytics_0123456789abcdef/eli"
	m.Migrants = []plan.Migrant{wild, sure, unsure, moving}
	got, err := csv.NewReader(strings.NewReader(string(Names(m, func(n string, u tenancy.UserName) string { return n + ":" + string(u) })))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"person_id", "old_namespace", "old_user_name", "old_arn", "old_groups", "new_namespace", "new_user_name", "new_arn", "new_groups"},
		{"'-1", "default", "'=HYPERLINK()/x", "default:=HYPERLINK()/x", "'@SUM(1);a,\"b\"\nc", "acme", "QuickSight/=cmd|' /C calc'!A0", "acme:QuickSight/=cmd|' /C calc'!A0", "qs:acme"},
		{"person-bo", "default", "QuickSight/bo", "default:QuickSight/bo", "Old", "acme", "QuickSight/bo", "acme:QuickSight/bo", "qs:acme"},
		{"person-eli", "default", "AWSReservedSSO_Analytics_0123456789abcdef/eli", "default:AWSReservedSSO_Analytics_0123456789abcdef/eli", "Old", "globex", "QuickSight-globex/eli", "globex:QuickSight-globex/eli", "qs:globex"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	var notices []string
	for _, n := range Notices(m) {
		notices = append(notices, n.Namespace.String(), string(n.Data))
	}
	if diff := cmp.Diff([]string{
		"acme", "user_name,e_mail,date,how_to_sign_in\n'=cmd|' /C calc'!A0,'+1@acme.example,2026-01-02,another tile than before: QuickSight (until now =HYPERLINK())\n",
		"globex", "user_name,e_mail,date,how_to_sign_in\neli,eli@globex.example,2026-01-03,another tile than before: QuickSight-globex (until now Analytics)\n",
	}, notices); diff != "" {
		t.Error(diff)
	}
}
