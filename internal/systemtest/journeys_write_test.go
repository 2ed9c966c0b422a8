package systemtest

import (
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// answersLost lets every write happen, and its answer be lost.
func answersLost(c awssim.Call) awssim.Fault {
	if c.ReadOnly || c.Service != "quicksight" || c.Phase != awssim.AfterEffect {
		return awssim.Fault{}
	}
	return awssim.Fault{Err: awssim.InternalFailure()}
}

// unheard goes a leg while the answers of writes are lost.
func unheard(name, command string, before func(v *traveller)) leg {
	return leg{name: name, before: before, goes: func(v *traveller) {
		v.suffer(answersLost)
		v.tenantry(command)
		v.suffer()
	}}
}

// ofAll puts assets of every kind into the world, of one owner.
func (v *traveller) ofAll(namespace, owner string) {
	for _, kind := range tenancy.AssetKinds() {
		v.asset(simulated(kind), region, idOf(simulated(kind), 8), namespace, owner)
	}
}

// slowly makes a world in which a namespace takes so long that everybody is looked at again.
func slowly(seed world.Seed) world.Seed {
	seed.Behaviour.NamespaceCreateDelay = world.Duration(5 * time.Minute)
	return seed
}

const (
	apply  = "apply -c DIR/tenantry.yaml --yes --allow removes-user,removes-member,replaces-user,renames-user"
	grace  = "apply -c DIR/graceful.yaml --yes --allow removes-user,removes-member"
	nobody = "what is held about a folder has nothing to do with what is allowed; apply says it"
)

var operatorSettings = settings{more: "limits: {new_namespaces_per_day: 1000}\nall_tenants: {folder: true}\nevents: {queue_url: \"" + queueURL + "\"}\n" + kept}

var operatorJourney = &journey{
	purpose: policy.ForOperator, tries: 3, settings: operatorSettings,
	files: map[string]string{
		"graceful.yaml": settings{more: graceful.more + "\n" + kept}.yaml(),
		"showing.yaml":  showing(kept, "board").yaml(),
		"assumed.yaml":  operatorSettings.assuming(),
	},
	seed: func() world.Seed { return slowly(placed(workshop(), operatorSettings)) },
	legs: []leg{
		goes("founding", "apply -c ssm:tenantry --yes"),
		unheard("joining", "apply -c s3://config/tenantry.yaml --yes", func(v *traveller) {
			v.person("zoe", "zoe@example.com")
			v.person("xaver", "xaver@example.com")
			v.join("qs:t000", "zoe")
			v.group("qs:t002", "xaver")
		}),
		{name: "rising", before: func(v *traveller) { v.join("qs:t000:authors", "t000.000") }, goes: func(v *traveller) { v.tenantry(apply) }},
		{name: "leaving", before: func(v *traveller) {
			v.ofAll("t000", "QuickSight/t000-a.000")
			v.leave("qs:t000:authors", "t000-a.000")
		}, goes: func(v *traveller) { v.tenantry(apply) }},
		{name: "suspending", before: func(v *traveller) { v.disable("t000-a.001") }, goes: func(v *traveller) { v.tenantry(grace) }},
		{name: "coming back", before: func(v *traveller) { v.enable("t000-a.001") }, goes: func(v *traveller) { v.tenantry(grace) }},
		{name: "moving", before: func(v *traveller) {
			v.ofAll("t000", "QuickSight/t000-a.002")
			v.change("t000-a.002", func(p *world.Person) { p.UserName = "renamed" })
		}, goes: func(v *traveller) { v.tenantry(apply) }},
		{name: "allowing", before: func(v *traveller) {
			v.leave("qs:t000", "t000.001")
			v.tenantry("holds -c DIR/tenantry.yaml")
		}, goes: func(v *traveller) {
			v.printed(`tenantry (allow [0-9a-f]{10}) --because`, " -c DIR/tenantry.yaml --yes --because left")
		}, quiet: map[string]string{"quicksight:DescribeFolderPermissions": nobody}},
		{name: "showing", before: func(v *traveller) {
			v.registerByHand("default", "arn:aws:iam::"+account+":role/Admin", "boss", "ADMIN")
			v.dashboard("board", true)
		}, goes: func(v *traveller) { v.tenantry("apply -c DIR/showing.yaml --yes") }},
		{name: "rebinding", before: func(v *traveller) {
			v.deleteGroup("qs:t001")
			v.group("qs:t001", "t001.000", "t001.001", "t001.002", "t001.003", "t001.004", "t001.005")
		}, goes: func(v *traveller) {
			v.tenantry("rebind t001 -c DIR/tenantry.yaml --yes --group " + v.groupID("qs:t001"))
		}},
		goes("pausing", "pause -c DIR/tenantry.yaml --because maintenance"),
		goes("resuming", "resume -c DIR/tenantry.yaml"),
		{name: "retiring", before: func(v *traveller) {
			v.deleteGroup("qs:t000")
			v.deleteGroup("qs:t000:authors")
		}, goes: func(v *traveller) {
			v.tenantry("retire t000 -c DIR/tenantry.yaml --yes --allow many-removals --report DIR/retired.json")
		}},
		goes("applying, by a role", "apply -c DIR/assumed.yaml --yes"),
		{name: "deleting", before: func(v *traveller) {
			v.emptied("t000")
			v.tenantry("namespace delete t000 -c DIR/tenantry.yaml")
		}, goes: func(v *traveller) {
			v.printed(`tenantry (namespace delete t000 -c \S+ --fingerprint [0-9a-f]+ --name-again t000)`, "")
		}},
	},
}

// emptied is a namespace without people, and without anything that is shared with it.
func (v *traveller) emptied(namespace string) {
	v.byHand(namespace, func(c *world.Contents) {
		for _, key := range keysOf(c.Users) {
			c.Users.Delete(key)
		}
	})
	v.now(func(_ *world.Directory, q *world.QuickSight) {
		for _, key := range keysOf(q.Assets()) {
			a, _ := q.Assets().Get(key)
			a.Permissions = map[string][]string{}
			q.PutAsset(a)
		}
	})
}

func keysOf[V any](t *world.Table[V]) (keys []string) {
	for key := range t.All() {
		keys = append(keys, key)
	}
	return keys
}

var migrateSettings = settings{more: strandedSettings.more + "\n" + kept}

var migrateJourney = &journey{
	purpose: policy.ForMigrate, tries: 2, settings: migrateSettings,
	files: map[string]string{
		"assumed.yaml":  migrateSettings.assuming(),
		"formerly.yaml": settings{role: formerly.role, more: migrateSettings.more}.yaml(),
	},
	seed: func() world.Seed {
		seed := slowly(placed(stranding(), migrateSettings))
		seed.IAM.Roles = append(seed.IAM.Roles, world.Role{Name: "Old"})
		return seed
	},
	legs: []leg{
		{name: "moving", before: func(v *traveller) {
			strand(v.rig, role)
			v.ofAll("default", "QuickSight/t000-a.000")
		}, goes: func(v *traveller) {
			v.tenantry("migrate -c ssm:tenantry --namespace t000 --apply --yes --image DIR/image.json")
		}},
		goes("undoing", "migrate -c s3://config/tenantry.yaml --undo DIR/image.json --apply --yes"),
		unheard("moving others", "migrate -c DIR/tenantry.yaml --namespace t001 --apply --yes --image DIR/other.json", nil),
		{name: "preparing", before: func(v *traveller) {
			v.person("late", "late@example.com")
			v.join("qs:t001", "late")
			v.registerByHand("default", "arn:aws:iam::"+account+":role/Old", "late", "READER")
		}, goes: func(v *traveller) {
			v.tenantry("migrate -c DIR/formerly.yaml --namespace t001 --apply --yes --image DIR/prepared.json")
		}},
		goes("looking, by a role", "migrate -c DIR/assumed.yaml"),
	},
}
