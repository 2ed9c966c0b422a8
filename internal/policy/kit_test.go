package policy

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

const group = tenancy.GroupID("34887428-4081-7042-c3c6-928d413009e7")

// kitOf is a kit of a role of the tenant's own, which a change makes into another one.
func kitOf(t testing.TB, change func(*Kit)) Kit {
	t.Helper()
	n, err := tenancy.ParseNamespace("acme")
	if err != nil {
		t.Fatal(err)
	}
	role, err := tenancy.ParseRoleARN("arn:aws:iam::111122223333:role/tenants/QuickSight-acme")
	if err != nil {
		t.Fatal(err)
	}
	k := Kit{Account: account, Namespace: n, Role: role, Own: true, Through: ThroughSAML, Store: "d-1234567890", StoreRegion: "eu-west-1",
		Groups: []KitGroup{{Name: "qs:acme"}}, RelayState: RelayState("aws")}
	change(&k)
	return k
}

func ofSet(k *Kit) { k.Role, k.Set = tenancy.RoleARN{}, "QuickSight-acme" }

// T21: nothing goes into a kit that is not what it should be.
func TestT21KitCheck(t *testing.T) {
	const instance, set = "arn:aws:sso:::instance/ssoins-0123456789abcdef", "arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789abcdef"
	tests := []struct {
		name   string
		change func(*Kit)
		of     string // what is wrong, "ok" for nothing
	}{
		{"as it is", func(*Kit) {}, "ok"},
		{"a provider", func(k *Kit) { k.Provider = "arn:aws:iam::111122223333:saml-provider/idc" }, "ok"},
		{"a provider of another account", func(k *Kit) { k.Provider = "arn:aws:iam::444455556666:saml-provider/idc" }, "provider"},
		{"a provider of another partition", func(k *Kit) { k.Provider = "arn:aws-cn:iam::111122223333:saml-provider/idc" }, "provider"},
		{"a provider with a command", func(k *Kit) { k.Provider = "arn:aws:iam::111122223333:saml-provider/idc\";id" }, "provider"},
		{"no group", func(k *Kit) { k.Groups = nil }, "group"},
		{"a group's id", func(k *Kit) { k.Groups = []KitGroup{{ID: group}} }, "ok"},
		{"a group's id that is none", func(k *Kit) { k.Groups = []KitGroup{{ID: "$(id)"}} }, "group"},
		{"a group without a name", func(k *Kit) { k.Groups = []KitGroup{{}} }, "group"},
		{"an application", func(k *Kit) { k.Application = "arn:aws:account-access:us-east-1:111122223333:application/app-1" }, "ok"},
		{"an application that is none", func(k *Kit) { k.Application = "arn:aws:sso::111122223333:application/x" }, "application"},
		{"a relay state", func(k *Kit) { k.RelayState = "https://eu-west-1.quicksight.aws.amazon.com/sn/start?a=b" }, "ok"},
		{"a relay state that is no URL", func(k *Kit) { k.RelayState = "javascript:alert(1)" }, "relay-state"},
		{"a relay state with a quote", func(k *Kit) { k.RelayState = "https://x.example/'" }, "relay-state"},
		{"a permission set", ofSet, "ok"},
		{"a permission set with ARNs", func(k *Kit) { ofSet(k); k.Instance, k.SetARN = instance, set }, "ok"},
		{"a set of another instance", func(k *Kit) {
			ofSet(k)
			k.Instance, k.SetARN = instance, strings.Replace(set, "abcdef/", "abcdee/", 1)
		}, "permission-set-arn"},
		{"an instance that is none", func(k *Kit) { ofSet(k); k.Instance = set }, "instance"},
		{"a name that is too long for a set", func(k *Kit) { k.Set = strings.Repeat("a", 33) }, ""},
		{"a name that no set can have", func(k *Kit) { k.Set = "a b" }, ""},
	}
	for _, tt := range tests {
		err := kitOf(t, tt.change).Check()
		var e *KitError
		if (tt.of == "ok") != (err == nil) || err != nil && (!errors.As(err, &e) || e.Of != tt.of) {
			t.Errorf("%s: %v, and %q should be wrong", tt.name, err, tt.of)
		}
	}
}

// T21: a group's name comes from the directory. In a command it is one word, and in a comment one line.
func TestT21KitQuotesNames(t *testing.T) {
	for _, change := range []func(*Kit){func(*Kit) {}, ofSet, func(k *Kit) {
		k.Through, k.Application = ThroughAccountAccess, "arn:aws:account-access:us-east-1:111122223333:application/app-1"
	}} {
		for _, format := range []func(Kit) string{Kit.Commands, Kit.Template} {
			text := format(kitOf(t, func(k *Kit) { change(k); k.Groups = []KitGroup{{Name: "qs:'; id; echo '\nid\n\x1b[2J"}} }))
			for line := range strings.Lines(text) {
				if strings.HasPrefix(strings.TrimSpace(line), "id") || strings.Contains(line, "\x1b") {
					t.Errorf("a line of its own: %q\nin %s", line, text)
				}
			}
		}
	}
	script := kitOf(t, func(k *Kit) { ofSet(k); k.Groups = []KitGroup{{Name: "it's"}} }).Commands()
	if !strings.Contains(script, `'{"UniqueAttribute":{"AttributePath":"displayName","AttributeValue":"it'\''s"}}'`) {
		t.Errorf("in %s", script)
	}
}

// T4: a role that a kit makes lets nobody choose the name of a session: it trusts the SAML provider, and nobody else. Through
// account access manager a service assumes it, for one application only.
func TestT4KitTrust(t *testing.T) {
	k := kitOf(t, func(*Kit) {})
	trust := trustOf(tenancy.Identity{Role: k.Role, Trust: k.trust()})
	if got := trust.Providers(account); len(got) != 1 || got[0] != "arn:aws:iam::111122223333:saml-provider/tenantry-acme" || len(trust.Others(account)) != 0 {
		t.Errorf("%v", trust.Ways)
	}
	for partition, audience := range map[string]string{"aws": "https://signin.aws.amazon.com/saml", "aws-us-gov": "https://signin.amazonaws-us-gov.com/saml", "aws-cn": "https://signin.amazonaws.cn/saml"} {
		// An assertion for anybody else is none for AWS (IAM user guide, "Create a role for SAML 2.0 federation").
		asks := `"Condition":{"StringEquals":{"SAML:aud":["` + audience + `"]}}`
		if text := Compact(SAMLTrust("arn:" + partition + ":iam::111122223333:saml-provider/idc")); !strings.Contains(text, asks) {
			t.Errorf("%s: it takes assertions for anybody: %s", partition, text)
		}
	}
	k.Through, k.Application = ThroughAccountAccess, "arn:aws:account-access:us-east-1:444455556666:application/app-1"
	if trust = trustOf(tenancy.Identity{Role: k.Role, Trust: k.trust()}); len(trust.Ways) != 1 || trust.Ways[0].Principal != (Principal{"Service", "account-access.amazonaws.com"}) || len(trust.Ways[0].Conditions) != 2 {
		t.Errorf("%v", trust.Ways)
	}
	for _, value := range []string{`"aws:SourceAccount":["444455556666"]`, `"aws:SourceArn":["` + k.Application + `"]`} {
		if !strings.Contains(Compact(k.trust()), value) {
			t.Errorf("no %s in %s", value, k.trust())
		}
	}
}

// T6: whatever a kit makes that people sign in through, its door is shut from the beginning, by the one policy that it has.
func TestT6KitShutsTheDoor(t *testing.T) {
	door := Compact(SignIn())
	for what, change := range map[string]func(*Kit){"role": func(*Kit) {}, "permission set": ofSet, "role of account access manager": func(k *Kit) {
		k.Through, k.Application = ThroughAccountAccess, "arn:aws:account-access:us-east-1:111122223333:application/app-1"
	}} {
		script := kitOf(t, change).Commands()
		puts := strings.Count(script, "put-role-policy ") + strings.Count(script, "put-inline-policy-to-permission-set ")
		if puts != 1 || strings.Count(script, door) != 1 || strings.Contains(script, "attach-") {
			t.Errorf("%s: its policies are not just the one that shuts the door:\n%s", what, script)
		}
	}
}

// T6: a command that fails ends a kit. Nobody comes to what it makes before the policy stands that shuts the door: the commands
// are one chain, and the one that lets people in is behind.
func TestT6KitLetsNobodyInBeforeTheDoorIsShut(t *testing.T) {
	two := func(k *Kit) { k.Groups = []KitGroup{{Name: "qs:acme"}, {ID: group}} }
	access := func(account string) func(*Kit) {
		return func(k *Kit) {
			two(k)
			k.Through, k.Application = ThroughAccountAccess, "arn:aws:account-access:us-east-1:"+account+":application/app-1"
		}
	}
	for what, tt := range map[string]struct {
		change func(*Kit)
		chains int
		lets   string // the command by which people come in
		times  int
	}{
		"role":                             {func(*Kit) {}, 1, "aws iam update-assume-role-policy ", 1},
		"permission set":                   {func(k *Kit) { ofSet(k); two(k) }, 1, "aws sso-admin create-account-assignment ", 2},
		"account access manager":           {access(string(account)), 1, "aws account-access create-entitlement ", 2},
		"account access manager's account": {access("444455556666"), 2, "aws account-access create-entitlement ", 2},
	} {
		script := kitOf(t, tt.change).Commands()
		chains, shut, lets := 0, false, 0
		for line := range strings.Lines(script) {
			if line == "\n" || strings.HasPrefix(line, "#") {
				continue
			}
			if !strings.HasSuffix(line, " &&\n") {
				chains++
			}
			shut = shut || strings.Contains(line, Compact(SignIn()))
			if strings.HasPrefix(line, tt.lets) {
				lets++
			}
			if !shut && (strings.HasPrefix(line, tt.lets) || strings.Contains(line, "SAML") && strings.Contains(line, `"Allow"`)) {
				t.Errorf("%s: somebody comes in before the door is shut: %s", what, line)
			}
		}
		if chains != tt.chains || lets != tt.times {
			t.Errorf("%s: %d chains of commands, %d let people in, in\n%s", what, chains, lets, script)
		}
	}
}

// People are known by the name of their role (S11). What a stack made stays when the stack, or a group in it, goes: the role, or
// the permission set with one assignment, since AWS takes its role away with the last one.
func TestS11KitTemplateKeepsTheRole(t *testing.T) {
	two := func(k *Kit) { k.Groups = []KitGroup{{Name: "qs:acme"}, {ID: group}} }
	for what, tt := range map[string]struct {
		change func(*Kit)
		kept   []string
	}{
		"role":            {two, []string{"SignIn"}},
		"permission set":  {func(k *Kit) { ofSet(k); two(k) }, []string{"SignIn", "Assignment1"}},
		"everybody's set": {func(k *Kit) { ofSet(k); two(k); k.Own = false }, []string{"Assignment1"}},
	} {
		template := kitOf(t, tt.change).Template()
		_, resources, _ := strings.Cut(template, "\nResources:\n")
		lines := strings.Split(resources, "\n")
		var kept []string
		for i := range lines[:max(0, len(lines)-3)] {
			name, is := strings.CutSuffix(lines[i], ":")
			if is && strings.HasPrefix(lines[i+1], "    Type: ") && lines[i+2] == "    DeletionPolicy: Retain" && lines[i+3] == "    UpdateReplacePolicy: Retain" {
				kept = append(kept, strings.TrimSpace(name))
			}
		}
		if !slices.Equal(kept, tt.kept) {
			t.Errorf("%s: of its stack stay %q, and not %q:\n%s", what, kept, tt.kept, template)
		}
	}
}

func TestKitCommands(t *testing.T) {
	tests := []struct {
		name       string
		change     func(*Kit)
		has, hasNo []string
	}{
		{"a role with a path", func(*Kit) {}, []string{" --path '/tenants/' ", "aws iam create-saml-provider --name 'tenantry-acme' ", "Relay state: https://quicksight.aws.amazon.com\n"}, []string{"sso-admin"}},
		{"a provider that is there", func(k *Kit) { k.Provider = "arn:aws:iam::111122223333:saml-provider/idc" }, []string{"saml-provider/idc"}, []string{"create-saml-provider", "from the catalog"}},
		{"sessions by e-mail address", func(k *Kit) { k.ByEmail = true }, []string{"RoleSessionName has to be the e-mail address"}, nil},
		{"a partition without an address", func(k *Kit) { k.RelayState = "" }, []string{"AWS documents none"}, nil},
		{"everybody's role", func(k *Kit) { k.Own = false }, []string{"Assign users and groups: qs:acme\n"}, []string{"\naws "}},
		{"a set of its own", ofSet, []string{"--region 'eu-west-1'", ` --cli-input-json '{"RelayState":"https://quicksight.aws.amazon.com"}' `, "put-inline-policy-to-permission-set", "IdentityStoreId=='d-1234567890'"}, []string{"aws iam"}},
		{"a set, and a group by its id", func(k *Kit) { ofSet(k); k.Groups = []KitGroup{{ID: group}} }, []string{" --principal-id " + string(group) + "\n"}, []string{"get-group-id"}},
		{"everybody's set", func(k *Kit) { ofSet(k); k.Own = false }, []string{"SET=PERMISSION-SET-ARN &&\n", "not known here"}, []string{"create-permission-set"}},
	}
	for _, tt := range tests {
		script := kitOf(t, tt.change).Commands()
		for _, want := range tt.has {
			if !strings.Contains(script, want) {
				t.Errorf("%s: no %q in\n%s", tt.name, want, script)
			}
		}
		for _, no := range tt.hasNo {
			if strings.Contains(script, no) {
				t.Errorf("%s: %q in\n%s", tt.name, no, script)
			}
		}
	}
}
