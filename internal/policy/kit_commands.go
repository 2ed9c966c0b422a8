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
		k.accessCommands(&s)
	default:
		k.before(&s)
		if k.Own {
			k.inAccount(&s)
			s.chain(k.roleCommands()...)
		}
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

func (k Kit) inAccount(s *script) {
	s.blank()
	s.say("In QuickSight's account, %s:", k.Account)
}

// closed is a trust policy by which nobody becomes a role. A role cannot be made without one.
const closed = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}`

// roleCommands make a role of the tenant's own. It trusts nobody before its policy stands: whatever fails leaves a role through
// which nobody comes.
func (k Kit) roleCommands() []string {
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
	return append(chain,
		"aws iam create-role"+name+path+" --description "+tenancy.ShellQuote(k.description())+" --assume-role-policy-document "+tenancy.ShellQuote(closed),
		"aws iam put-role-policy"+name+" --policy-name "+InlineName+" --policy-document "+tenancy.ShellQuote(Compact(SignIn())),
		"aws iam update-assume-role-policy"+name+" --policy-document "+tenancy.ShellQuote(Compact(k.trust())))
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
			// Version 1 of the AWS CLI gets what an option's URL leads to, and takes that (AWS CLI configuration variables,
			// cli_follow_urlparam). In JSON it is a text for both.
			relay = " --cli-input-json " + tenancy.ShellQuote(`{"RelayState":`+quoted(k.RelayState)+`}`)
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
	// One chain: nobody is assigned to what has no policy, or not the one that shuts the door.
	for _, g := range k.Groups {
		id, find := k.idOf(g)
		chain = append(append(chain, find...), "aws sso-admin create-account-assignment"+at+" --permission-set-arn "+set+
			" --target-type AWS_ACCOUNT --target-id "+string(k.Account)+" --principal-type GROUP --principal-id "+id)
	}
	s.chain(chain...)
	s.blank()
	s.say("Keep one assignment for good: with the last one the role of the permission set goes, and the next one has another name.")
}

// accessCommands make a role of the tenant's own, and let the groups have it through account access manager: in one chain where
// both are in one account. Commands in another account are with other credentials, and another person's perhaps.
func (k Kit) accessCommands(s *script) {
	at := strings.Split(k.Application, ":") // Check has seen that it is an ARN
	var chain []string
	if k.Own {
		k.inAccount(s)
		chain = k.roleCommands()
	}
	if k.Own && at[4] != string(k.Account) {
		s.chain(chain...)
		chain = nil
		s.blank()
		s.say("In the account of account access manager's application, %s, and only when all of that went well.", at[4])
	} else if !k.Own {
		s.blank()
		s.say("In the account of account access manager's application.")
	}
	s.say("What account access manager names the sessions is not documented: let one person sign in, and compare, before")
	s.say("anybody is registered.")
	s.chain(append(chain, k.entitlements(at[3])...)...)
}

// entitlements let the groups have the role, by an application in a Region.
func (k Kit) entitlements(region string) (all []string) {
	for _, g := range k.Groups {
		id, find := k.idOf(g)
		if g.ID != "" {
			id = tenancy.ShellQuote(string(g.ID))
		}
		all = append(append(all, find...), "aws account-access create-entitlement --region "+tenancy.ShellQuote(region)+
			" --application-arn "+tenancy.ShellQuote(k.Application)+" --entitlement "+
			`'{"principalRole":{"principal":{"identityCenter":{"groupId":"'`+id+`'"}},"roleArn":`+quoted(k.Role.String())+`}}'`)
	}
	return all
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
