package policy

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Commands is the kit as a script for a POSIX shell, of commands of the AWS CLI: what a person has to do by hand stands in it
// as comments, in its place. A text that is not known yet is asked for by a command, and kept in a variable.
func (k Kit) Commands() string {
	var s script
	s.say("How the people of %s sign in: %s.", tenancy.Word(k.Namespace.String()), k.what())
	switch {
	case k.Set != "":
		k.setCommands(&s)
	case k.Through == ThroughAccountAccess:
		k.roleCommands(&s)
		k.entitlements(&s)
	default:
		k.before(&s)
		k.roleCommands(&s)
		k.byHand(&s)
	}
	s.blank()
	s.say("Then: tenantry plan. Who is registered before they come lands in %s; nobody else gets in.", tenancy.Word(k.Namespace.String()))
	return s.String()
}

// what is the way in, in words.
func (k Kit) what() string {
	name, kind := k.Role.Name(), "role"
	if k.Set != "" {
		name, kind = k.Set, "permission set"
	}
	if k.Own {
		return "through the " + kind + " " + tenancy.Word(name) + ", which is this tenant's alone"
	}
	return "through the " + kind + " " + tenancy.Word(name) + ", which is every tenant's: there is nothing to make but the assignment"
}

// roleCommands make a role of the tenant's own.
func (k Kit) roleCommands(s *script) {
	if !k.Own {
		return
	}
	s.blank()
	s.say("In QuickSight's account, %s:", k.Account)
	name := " --role-name " + tenancy.ShellQuote(k.Role.Name())
	path := ""
	if p := k.Role.Path(); p != "/" {
		path = " --path " + tenancy.ShellQuote(p)
	}
	var chain []string
	if k.Through == ThroughSAML && k.Provider == "" {
		chain = append(chain, "aws iam create-saml-provider --name "+tenancy.ShellQuote(k.providerName())+
			" --saml-metadata-document "+tenancy.ShellQuote("file://"+k.providerName()+".xml"))
	}
	s.chain(append(chain,
		"aws iam create-role"+name+path+" --description "+tenancy.ShellQuote(k.description())+" --assume-role-policy-document "+tenancy.ShellQuote(Compact(k.trust())),
		"aws iam put-role-policy"+name+" --policy-name "+InlineName+" --policy-document "+tenancy.ShellQuote(Compact(SignIn())))...)
}

func (k Kit) description() string {
	return "Sign-in of the people of " + k.Namespace.String() + ". See tenantry."
}

// before is what comes before the role of a SAML application.
func (k Kit) before(s *script) {
	if !k.Own || k.Provider != "" {
		return
	}
	s.blank()
	s.say("By hand, in the console of IAM Identity Center, since no API makes a SAML application:")
	s.say("  - Applications, Add application, from the catalog: Amazon QuickSight. Name it after the tenant. It can be no")
	s.say("    other tenant's, since whoever may use it comes to one role.")
	if k.RelayState != "" {
		s.say("  - Relay state: %s", k.RelayState)
	} else {
		s.say("  - Relay state: the address of QuickSight. AWS documents none for this partition.")
	}
	s.say("  - Download its SAML metadata file, and name it %s.xml.", k.providerName())
}

// byHand is what comes after it.
func (k Kit) byHand(s *script) {
	s.blank()
	s.say("By hand, in the console of IAM Identity Center, at the application:")
	if k.Own {
		s.say("  - Edit attribute mappings: https://aws.amazon.com/SAML/Attributes/Role is")
		s.say("    %s,%s", k.Role, k.provider())
		s.say("    https://aws.amazon.com/SAML/Attributes/RoleSessionName has to be the %s: QuickSight", k.session())
		s.say("    knows people by it, and tenantry registers them so (sign_in.session_name). Read what stands there.")
	}
	s.say("  - Assign users and groups: %s", k.groupNames())
}

func (k Kit) session() string {
	if k.ByEmail {
		return "e-mail address"
	}
	return "user name"
}

func (k Kit) groupNames() string {
	var all []string
	for _, g := range k.Groups {
		all = append(all, g.word())
	}
	return strings.Join(all, ", ")
}

// word is a group as a person finds it.
func (g KitGroup) word() string {
	switch {
	case g.ID == "":
		return tenancy.Word(g.Name)
	case g.Name == "":
		return "the group with the id " + string(g.ID)
	}
	return tenancy.Word(g.Name) + " (" + string(g.ID) + ")"
}

// setCommands make a permission set, where it is the tenant's own, and assign it.
func (k Kit) setCommands(s *script) {
	s.blank()
	s.say("In the account of IAM Identity Center, or of its delegated administrator:")
	instance, set := orVariable(k.Instance, "INSTANCE"), orVariable(k.SetARN, "SET")
	at := " --region " + tenancy.ShellQuote(k.StoreRegion)
	var chain []string
	if k.Instance == "" {
		chain = append(chain, "INSTANCE=$(aws sso-admin list-instances"+at+" --query \"Instances[?IdentityStoreId=='"+string(k.Store)+"'].InstanceArn\" --output text)")
	}
	at += " --instance-arn " + instance
	switch {
	case k.SetARN != "":
	case k.Own:
		relay := ""
		if k.RelayState != "" {
			relay = " --relay-state " + tenancy.ShellQuote(k.RelayState)
		}
		chain = append(chain,
			"SET=$(aws sso-admin create-permission-set"+at+" --name "+tenancy.ShellQuote(k.Set)+" --description "+tenancy.ShellQuote(k.description())+relay+
				" --query PermissionSet.PermissionSetArn --output text)",
			"aws sso-admin put-inline-policy-to-permission-set"+at+" --permission-set-arn "+set+" --inline-policy "+tenancy.ShellQuote(Compact(SignIn())))
	default:
		s.say("The permission set's ARN is not known here: put it in, or give it with --permission-set-arn. It is one of")
		s.say("aws sso-admin list-permission-sets, and describe-permission-set tells their names.")
		chain = append(chain, "SET=PERMISSION-SET-ARN")
	}
	s.chain(chain...)
	for _, g := range k.Groups {
		id, find := k.idOf(g)
		s.chain(append(find, "aws sso-admin create-account-assignment"+at+" --permission-set-arn "+set+
			" --target-type AWS_ACCOUNT --target-id "+string(k.Account)+" --principal-type GROUP --principal-id "+id)...)
	}
	s.blank()
	s.say("Keep one assignment for good: with the last one the role of the permission set goes, and the next one has another name.")
}

// entitlements let the groups have the role through account access manager.
func (k Kit) entitlements(s *script) {
	s.blank()
	s.say("In the account of account access manager's application. What it names the sessions is not documented: let one person")
	s.say("sign in, and compare, before anybody is registered.")
	for _, g := range k.Groups {
		id, find := k.idOf(g)
		if g.ID != "" {
			id = tenancy.ShellQuote(string(g.ID))
		}
		s.chain(append(find, "aws account-access create-entitlement --region "+tenancy.ShellQuote(strings.Split(k.Application, ":")[3])+
			" --application-arn "+tenancy.ShellQuote(k.Application)+" --entitlement "+
			`'{"principalRole":{"principal":{"identityCenter":{"groupId":"'`+id+`'"}},"roleArn":`+quoted(k.Role.String())+`}}'`)...)
	}
}

// idOf is a group's id for a command, and the command that asks for it where it is not known.
func (k Kit) idOf(g KitGroup) (id string, find []string) {
	if g.ID != "" {
		return string(g.ID), nil
	}
	name, err := json.Marshal(map[string]any{"UniqueAttribute": map[string]string{"AttributePath": "displayName", "AttributeValue": g.Name}})
	if err != nil {
		panic(err) // it is made of texts alone
	}
	return `"$GROUP"`, []string{"GROUP=$(aws identitystore get-group-id --region " + tenancy.ShellQuote(k.StoreRegion) + " --identity-store-id " + string(k.Store) +
		" --alternate-identifier " + tenancy.ShellQuote(string(name)) + " --query GroupId --output text)"}
}

// orVariable is a text as a word of a command, or the variable that has it.
func orVariable(text, variable string) string {
	if text == "" {
		return `"$` + variable + `"`
	}
	return tenancy.ShellQuote(text)
}

// script is a shell script that is being written.
type script struct{ strings.Builder }

// say writes a comment. What it says must be printable.
func (s *script) say(format string, args ...any) { fmt.Fprintf(s, "# "+format+"\n", args...) }

func (s *script) blank() { s.WriteByte('\n') }

// chain writes commands of which each is only run when the one before has worked.
func (s *script) chain(commands ...string) {
	if len(commands) > 0 {
		s.WriteString(strings.Join(commands, " &&\n") + "\n")
	}
}
