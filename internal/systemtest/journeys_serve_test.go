package systemtest

import (
	"fmt"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/policy"
)

var probeSettings = settings{set: "Analyst", more: "leavers: {suspend_with: leaver}\n" + kept}

var probeJourney = &journey{
	purpose: policy.ForProbe, tries: 3, settings: probeSettings,
	files: map[string]string{"assumed.yaml": probeSettings.assuming(), "one.yaml": settings{more: kept}.yaml()},
	seed: func() world.Seed {
		seed := probed()
		seed.IAM.Policies = []world.Policy{guardPolicy}
		seed.IAM.Roles[0].Trust, seed.IAM.Roles[0].Attached = policy.SAMLTrust(samlProvider), []string{guard}
		seed.IAM.Roles[0].Policies = map[string]string{"sign-in": policy.SignIn()}
		return placed(seed, probeSettings)
	},
	legs: []leg{
		goes("trying", "doctor --probe -c DIR/tenantry.yaml --yes --print"),
		{name: "removing what is left", before: func(v *traveller) { v.leftover() }, goes: func(v *traveller) { v.tenantry("doctor --probe --clean -c DIR/tenantry.yaml") }},
		goes("removing nothing", "doctor --probe --clean -c ssm:tenantry"),
		goes("removing nothing again", "doctor --probe --clean -c s3://config/tenantry.yaml"),
		{name: "looking who has signed in", before: func(v *traveller) {
			v.unjudged("apply -c DIR/one.yaml --yes")
			v.answers = "y\n"
		}, goes: func(v *traveller) {
			v.signsIn("QuickSight", "t000.000")
			v.tenantry("doctor --probe -c DIR/one.yaml --yes --print --trial sign-in --visitor QuickSight/t000.000")
		}},
		goes("trying, by a role", "doctor --probe -c DIR/assumed.yaml --yes --print --trial name-case"),
	},
}

// leftover is what a probe has left behind that was cut off.
func (v *traveller) leftover() {
	v.suffer(awssim.FailBefore("quicksight:DeleteUser", awssim.InternalFailure()), awssim.FailBefore("quicksight:DeleteNamespace", awssim.InternalFailure()))
	v.tenantry("doctor --probe -c DIR/tenantry.yaml --yes --print --trial name-case")
	v.suffer()
}

var serveSettings = settings{more: "limits: {new_namespaces_per_day: 1000}\nall_tenants: {folder: true}\nautomatic: [replaces-user]\nevents: {queue_url: \"" + queueURL + "\"}\n" + kept}

// serves is a leg in which a process serves, by a configuration; meanwhile others do something, once it has made its first pass.
func serves(name, place string, meanwhile func(v *traveller)) leg {
	return leg{name: name, goes: func(v *traveller) { v.serve(place, func() { meanwhile(v) }) }, instead: map[string]string{
		"quicksight:DescribeFolderPermissions": "code=unread-asset", "FindWhatIsOwned": "code=unread object=QuickSight/t000-a.000",
		"FindFlowsAndDataSets": "code=unread", "quicksight:ListDataSets": "code=undivided-data", "quicksight:DescribeDashboard": "code=undivided-data",
	}}
}

var serveJourney = &journey{
	purpose: policy.ForServe, tries: 1, settings: serveSettings,
	files: map[string]string{
		"assumed.yaml":  serveSettings.assuming(),
		"graceful.yaml": settings{more: graceful.more + "\n" + kept}.yaml(),
		"showing.yaml":  showing("automatic: [grants-asset]\n"+kept, "board").yaml(),
		"slow.yaml":     settings{more: "limits: {quicksight_rate: 1}\n" + kept}.yaml(),
	},
	seed: func() world.Seed { return slowly(placed(workshop(), serveSettings)) },
	legs: []leg{
		serves("founding", "ssm:tenantry", func(*traveller) {}),
		serves("listening", "s3://config/tenantry.yaml", func(v *traveller) {
			a := v.administrator(v.t)
			a.join(v.groupID("qs:t000"), a.newPerson("ana"))
			v.suffer(awssim.FailBefore("identitystore:DescribeUser", awssim.InternalFailure()))
			a.join(v.groupID("qs:t000"), a.newPerson("bo"))
			time.Sleep(5 * time.Minute)
			v.suffer()
			v.now(func(*world.Directory, *world.QuickSight) {
				q, _ := v.w.Queues.Get(region, "events")
				q.Send(world.Message{Body: "nobody can use this"}, 0)
			})
		}),
		serves("unheard", "DIR/tenantry.yaml", func(v *traveller) {
			v.suffer(answersLost)
			v.person("zoe", "zoe@example.com")
			v.person("xaver", "xaver@example.com")
			v.join("qs:t000", "zoe")
			v.group("qs:t002", "xaver")
			time.Sleep(20 * time.Minute)
			v.suffer()
		}),
		{name: "a day passes", goes: func(*traveller) { time.Sleep(25 * time.Hour) }}, // before that a history is too young for anybody to be taken out
		serves("rising leaving and moving", "DIR/tenantry.yaml", func(v *traveller) {
			v.join("qs:t000:authors", "t000.000")
			v.ofAll("t000", "QuickSight/t000-a.000")
			v.leave("qs:t000:authors", "t000-a.000")
			v.asset(world.KindTheme, region, "theme", "t000", "QuickSight/t000-a.002")
			v.change("t000-a.002", func(p *world.Person) { p.UserName = "renamed" })
			time.Sleep(40 * time.Minute)
		}),
		serves("suspending", "DIR/graceful.yaml", func(v *traveller) {
			v.disable("t000-a.001")
			time.Sleep(20 * time.Minute)
			v.enable("t000-a.001")
			time.Sleep(20 * time.Minute)
		}),
		{name: "another day passes", goes: func(*traveller) { time.Sleep(25 * time.Hour) }},
		serves("hearing that somebody leaves", "DIR/tenantry.yaml", func(v *traveller) {
			var id string
			v.now(func(d *world.Directory, _ *world.QuickSight) {
				group, _ := d.GroupID("qs:t000")
				user, _ := d.UserID("ana")
				m, _ := d.Membership(group, user, world.View{})
				id = m.ID
			})
			v.administrator(v.t).does("DeleteGroupMembership", `"MembershipId":"`+id+`"`, "")
		}),
		serves("showing", "DIR/showing.yaml", func(v *traveller) {
			v.registerByHand("default", "arn:aws:iam::"+account+":role/Admin", "boss", "ADMIN")
			v.dashboard("board", true)
		}),
		{name: "a function goes on", before: func(v *traveller) {
			for i := range 20 {
				v.person(fmt.Sprintf("late%d", i), "late@example.com")
				v.join("qs:t001", fmt.Sprintf("late%d", i))
			}
		}, goes: func(v *traveller) { v.invoked("DIR/slow.yaml") }},
		serves("by a role", "DIR/assumed.yaml", func(*traveller) {}),
	},
}
