package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// builder gives the values of one document their meaning.
type builder struct {
	*report
	root   *value
	config *Config
	// account and partition are those of quicksight, which other ARNs are compared with.
	account, partition string
}

// build makes the Config of a document. What it could not read is left out: the report has it.
func (r *report) build(root *value) *Config {
	b := &builder{report: r, root: root, config: &Config{}}
	b.config.Version = int(root.get("version").number)
	b.quickSight(root.get("quicksight"))
	b.identityCenter(root.get("identity_center"))
	b.config.Rules = rules.Rules{
		Account:     b.config.QuickSight.AccountID,
		Store:       b.config.IdentityCenter.StoreID,
		SignIn:      b.signIn(root.get("sign_in")),
		SessionName: b.sessionName(root.get("sign_in").get("session_name")),
		Tenants:     b.tenants(root.get("tenants")),
		NewGroups:   root.get("new_groups").text == "allow",
		Shares:      b.shares(root.get("all_tenants").get("shares")),
		Folder:      root.get("all_tenants").get("folder").flag,
	}
	if b.config.Rules.Folder || slices.ContainsFunc(b.config.Rules.Tenants, func(r rules.Rule) bool { return r.Folder }) {
		b.config.Rules.FolderRegion = b.shareRegion(&value{}) // without a word
	}
	b.config.Rules.Spanning = b.spanning(root.get("spanning_people"))
	b.config.Rules.House = b.house(root.get("house"))
	b.config.Rules.SignIn.Former = b.formerRoles(root.get("sign_in").get("former_roles"))
	if groups := root.get("custodians").get("groups"); groups.ok {
		b.config.Rules.Custodians = b.pattern(groups)
	}
	b.config.Rules.Leavers = rules.Leavers{
		Grace: int64(root.get("leavers").get("grace").number), SuspendWith: b.profile(root.get("leavers").get("suspend_with")),
	}
	b.config.Rollout = b.rollout(root.get("rollout"))
	b.config.Automatic = b.automatic(root.get("automatic"))
	b.config.Accept = b.accept(root.get("accept"))
	b.config.Limits = b.limits(root.get("limits"))
	b.config.Events = b.events(root.get("events"))
	b.config.Migrate = b.migrate(root.get("migrate"))
	b.config.Journal = b.journal(root.get("journal"))
	b.config.Embedding = b.embedding(root.get("embedding"))
	b.config.SamePrincipalInTwoNamespaces = root.get("aws").get("same_principal_in_two_namespaces").flag
	again := root.get("aws").get("failed_namespace_created_again")
	b.config.CreateOnce = again.ok && !again.flag
	return b.config
}

// standardKeep is for how long the user of before is kept when the configuration does not say.
const standardKeep = 14 * 24 * time.Hour

func (b *builder) migrate(v *value) Migrate {
	m := Migrate{Keep: standardKeep}
	if keep := v.get("keep"); keep.ok {
		m.Keep = time.Duration(keep.number) * time.Second
	}
	return m
}

var (
	accountID  = regexp.MustCompile(`^[0-9]{12}$`)
	storeID    = regexp.MustCompile(`^d-[0-9a-f]{10}$`)
	uuid       = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	externalID = regexp.MustCompile(`^[\w+=,.@:/-]+$`)
	codeShape  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,63}$`)
)

func (b *builder) quickSight(v *value) {
	q := &b.config.QuickSight
	if id := v.get("account_id"); id.ok {
		if accountID.MatchString(id.text) {
			q.AccountID = tenancy.AccountID(id.text)
			b.account = id.text
		} else {
			b.fail(id, fmt.Sprintf("%s is %s, not an account id", id.path, quote(id.text)),
				fmt.Sprintf("an AWS account id is twelve digits, and this has %d characters", len([]rune(id.text))),
				`write the twelve digits in quotes, without dashes: account_id: "111122223333"`)
		}
	}
	q.IdentityRegion = b.region(v.get("identity_region"))
	b.partition = partitionOf(q.IdentityRegion)
	b.namespaces(v.get("identity_region"), q.IdentityRegion)
	q.AssetRegions = b.assetRegions(v.get("asset_regions"), q.IdentityRegion)
	q.AssumeRole = b.assumeRole(v.get("assume_role"))
	if role := v.get("assume_role").get("role_arn"); q.AssumeRole != nil {
		b.sameAccount(role, q.AssumeRole.Role, "QuickSight is called in the account of the assumed role")
	}
}

// assetRegions are the Regions where assets are looked for, sorted.
func (b *builder) assetRegions(v *value, home string) []string {
	if !v.given() {
		return []string{home}
	}
	if v.ok && len(v.items) == 0 {
		b.fail(v, v.path+" is an empty list", "what leavers own could be found nowhere", "name the Regions, or take out the key: then it is "+home)
	}
	b.list(v)
	var out []string
	for _, item := range v.items {
		if region := b.region(item); region != "" {
			out = append(out, region)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (b *builder) identityCenter(v *value) {
	c := &b.config.IdentityCenter
	if id := v.get("identity_store_id"); id.ok {
		c.StoreID = b.store(id)
	}
	c.Region = b.region(v.get("region"))
	c.AssumeRole = b.assumeRole(v.get("assume_role"))
}

func (b *builder) store(v *value) tenancy.StoreID {
	why, fix := "it is d- and ten of 0-9 and a-f", "copy the Identity store ID from IAM Identity Center, Settings, Identity source: d-1234567890"
	switch {
	case storeID.MatchString(v.text):
		return tenancy.StoreID(v.text)
	case uuid.MatchString(v.text):
		b.warn(v, v.path+" has the older form of an identity store id", "Identity Center shows most stores as d-1234567890, so this may be the id of something else", "compare it with the Identity store ID in IAM Identity Center, Settings")
		return tenancy.StoreID(v.text)
	case strings.Contains(v.text, "ssoins-") || strings.HasPrefix(v.text, "arn:"):
		why = "that is the Identity Center instance, not its identity store"
	case storeID.MatchString(strings.ToLower(v.text)):
		why, fix = "ids are lower case", "write "+strings.ToLower(v.text)
	}
	b.fail(v, fmt.Sprintf("%s is %s, not an identity store id", v.path, quote(v.text)), why, fix)
	return ""
}

func (b *builder) assumeRole(v *value) *AssumeRole {
	if !v.ok {
		return nil
	}
	id := v.get("external_id")
	if id.ok && (!externalID.MatchString(id.text) || len(id.text) < 2 || len(id.text) > 1224) {
		b.fail(id, id.path+" cannot be an external id", `AWS takes 2 to 1224 letters, digits and _+=,.@:/-`, "copy the external id from the role's trust policy")
	}
	role, ok := b.roleARN(v.get("role_arn"))
	if !ok {
		return nil
	}
	return &AssumeRole{role, id.text}
}

func (b *builder) spanning(v *value) bool {
	if v.text != "allow" || !v.ok {
		return false
	}
	in := b.root.get("sign_in")
	if in.ok && !b.config.Rules.SignIn.PerTenant() {
		through := in.get("role")
		if set := in.get("permission_set"); set.ok {
			through = set
		}
		b.fail(v, v.path+" is allow, and all tenants share one sign-in role",
			"under one role, a person of two tenants is one principal, and QuickSight registers a principal in one namespace",
			fmt.Sprintf("put {namespace} into %s in line %d, so that each tenant has its own, or write spanning_people: hold", through.path, through.line()))
	}
	return true
}

func (b *builder) house(v *value) rules.House {
	h := rules.House{Groups: b.list(v.get("groups")), Namespaces: b.list(v.get("namespaces"))}
	if !v.get("namespaces").given() {
		h.Namespaces = []string{tenancy.DefaultNamespace}
	}
	for _, item := range v.get("sign_in_roles").items {
		if role, ok := b.roleARN(item); ok {
			b.houseRole(item, role)
			h.SignInRoles = append(h.SignInRoles, role)
		}
	}
	for _, item := range v.get("namespaces").items {
		b.houseNamespace(item)
	}
	return h
}

func (b *builder) houseRole(v *value, role tenancy.RoleARN) {
	b.sameAccount(v, role, "the house signs in to the same QuickSight account")
	if mayBe(b.config.Rules.SignIn, role) {
		b.fail(v, v.path+" is the tenants' sign-in role", "people who sign in with it would be the house's and a tenant's at once",
			fmt.Sprintf("give the house a role of its own, or change sign_in in line %d", b.root.get("sign_in").line()))
	}
}

func (b *builder) houseNamespace(v *value) {
	if !v.ok {
		return
	}
	if !strings.EqualFold(v.text, tenancy.DefaultNamespace) {
		if _, ok := b.namespace(v); !ok {
			return
		}
	}
	for i, rule := range b.root.get("tenants").items {
		if n := rule.get("namespace"); n.ok && strings.EqualFold(n.text, v.text) {
			b.fail(v, fmt.Sprintf("%s is %s, which is a tenant's namespace", v.path, v.text), fmt.Sprintf("tenants[%d] in line %d gives it to a tenant", i, n.line()), "take it out of one of the two")
		}
	}
}

// list are the texts of a list, those that could be read. A text that stands twice is told.
func (b *builder) list(v *value) []string {
	seen, out := map[string]*value{}, []string(nil)
	for _, item := range v.items {
		if first := seen[item.text]; item.ok && first != nil {
			b.warn(item, fmt.Sprintf("%s is %s again", item.path, quote(item.text)), fmt.Sprintf("it is there already, in line %d", first.line()), "take out this line")
		} else if item.ok {
			seen[item.text] = item
			out = append(out, item.text)
		}
	}
	return out
}

func (b *builder) rollout(v *value) []tenancy.Namespace {
	if v.ok && len(v.items) == 0 {
		b.fail(v, "rollout is an empty list", "it could mean every namespace, or none", "name the namespaces that may be written to, or take out the key: then all may")
	}
	b.list(v)
	var out []tenancy.Namespace
	for _, item := range v.items {
		if n, ok := b.namespace(item); ok {
			out = append(out, n)
		}
	}
	slices.SortFunc(out, tenancy.Namespace.Compare)
	return slices.Compact(out)
}

// The hazards that need nobody's word where the configuration says so: what else can be allowed by name is done
// anyway, or is a limit.
const (
	replacesUser = "replaces-user"
	grantsAsset  = "grants-asset"
)

func (b *builder) automatic(v *value) []string {
	for _, item := range v.items {
		switch {
		case !item.ok || item.text == replacesUser || item.text == grantsAsset:
		case item.text == "migrate-default":
			b.fail(item, fmt.Sprintf("%s is migrate-default, which does nothing yet", item.path), "not yet: this version moves nobody out of default", "take out the line")
		default:
			b.fail(item, fmt.Sprintf("%s is %s", item.path, quote(item.text)), "only replaces-user and grants-asset can be automatic: the other hazards of people who change are allowed anyway, and limits are raised under limits", "write one of these, or take out the line")
		}
	}
	return b.list(v)
}

func (b *builder) accept(v *value) []Accept {
	var out []Accept
	seen := map[Accept]*value{}
	for _, item := range v.items {
		code, until := item.get("code"), item.get("until")
		if code.ok && !codeShape.MatchString(code.text) {
			b.fail(code, fmt.Sprintf("%s is %s, not a code", code.path, quote(code.text)), "a code is letters, digits and dashes", "copy the code from the hold or the finding")
		}
		a := Accept{Code: tenancy.Code(code.text), Object: item.get("object").text}
		if first := seen[a]; first != nil {
			b.fail(item, fmt.Sprintf("%s accepts what is accepted already", item.path), fmt.Sprintf("line %d has the same code and object, and only one of them could count", first.line()), "take out one of the two")
		}
		if code.ok && item.get("object").ok {
			seen[a] = item
		}
		a.Because = item.get("because").text
		a.Until, _ = time.Parse(time.DateOnly, until.text)
		out = append(out, a)
	}
	return out
}

// standardNamespaces is how many namespaces an account may have unless AWS has raised it (QuickSight API reference, CreateNamespace).
const standardNamespaces = 100

func (b *builder) limits(v *value) Limits {
	l := Limits{AdditionsPercent: 50, NewNamespacesPerDay: 10, TenantRemovals: 10, AccountRemovals: 5, Namespaces: standardNamespaces, QuickSightRate: v.get("quicksight_rate").number, IdentityStoreRate: v.get("identity_store_rate").number}
	if p := v.get("additions_per_tenant"); p.ok {
		l.AdditionsPercent = int(p.number)
	}
	if p := v.get("removals_per_tenant"); p.ok {
		l.TenantRemovals = int(p.number)
	}
	if p := v.get("removals_per_account"); p.ok {
		l.AccountRemovals = int(p.number)
	}
	if n := v.get("namespaces"); n.ok {
		l.Namespaces = int(n.number)
	}
	if n := v.get("new_namespaces_per_day"); n.ok {
		l.NewNamespacesPerDay = int(n.number)
	}
	return l
}
