package quicksight

import (
	"iter"
	"slices"
	"strconv"

	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// Constraints of the API model.
var (
	accountRule     = constraint.Text{Min: 12, Max: 12}.Pattern(`^[0-9]{12}$`)
	namespaceRule   = constraint.Text{Max: 64}.Pattern(`^[a-zA-Z0-9._-]*$`)
	nameRule        = constraint.Text{Min: 1}.Pattern(`[\u0020-\u00FF]+`)
	memberRule      = constraint.Text{Min: 1, Max: 256}.Pattern(`[\u0020-\u00FF]+`)
	sessionRule     = constraint.Text{Min: 2, Max: 64}.Pattern(`[\w+=.@-]*`)
	descriptionRule = constraint.Text{Min: 1, Max: 512}
	profileRule     = constraint.Text{Min: 1, Max: 64}.Pattern(`^[a-zA-Z0-9+=,.@_-]+$`)
	roleRule        = constraint.Text{Enum: []string{"ADMIN", "AUTHOR", "READER", "RESTRICTED_AUTHOR", "RESTRICTED_READER", "ADMIN_PRO", "AUTHOR_PRO", "READER_PRO"}}
	namedRoleRule   = constraint.Text{Enum: []string{"ADMIN", "AUTHOR", "READER", "ADMIN_PRO", "AUTHOR_PRO", "READER_PRO"}}
	identityRule    = constraint.Text{Enum: []string{"IAM", "QUICKSIGHT", "IAM_IDENTITY_CENTER"}}
	storeRule       = constraint.Text{Enum: []string{"QUICKSIGHT"}}
	tagKeyRule      = constraint.Text{Min: 1, Max: 128}
	tagValueRule    = constraint.Text{Min: 1, Max: 256}
	anyRule         = constraint.Text{}

	shortIDRule    = constraint.Text{Min: 1, Max: 512}.Pattern(`[\w\-]+`)
	idRule         = constraint.Text{Min: 1, Max: 2048}.Pattern(`[\w\-]+`)
	topicIDRule    = constraint.Text{Max: 256}.Pattern(`^[A-Za-z0-9-_.\\+]*$`)
	flowIDRule     = constraint.Text{}.Pattern(`[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}`)
	memberTypeRule = constraint.Text{Enum: []string{"DASHBOARD", "ANALYSIS", "DATASET", "DATASOURCE", "TOPIC"}}
	principalRule  = constraint.Text{Min: 1, Max: 256}
)

// pathRule is the constraint of a path parameter.
type pathRule struct {
	name, at string
	rule     constraint.Text
}

// pathRules are the constraints of path parameters, in the order in which their
// breaches are told.
var pathRules = []pathRule{
	{"AwsAccountId", "awsAccountId", accountRule},
	{"Namespace", "namespace", namespaceRule},
	{"UserName", "userName", nameRule},
	{"GroupName", "groupName", nameRule},
	{"MemberName", "memberName", memberRule},
	{"CustomPermissionsName", "customPermissionsName", profileRule},
}

// assetPathRules are those of the path parameters of assets, and of what else not every token is bound to.
var assetPathRules = []pathRule{
	{"Role", "role", namedRoleRule},
	{"AssignmentName", "assignmentName", assignmentRule},
	{"DashboardId", "dashboardId", shortIDRule},
	{"AnalysisId", "analysisId", shortIDRule},
	{"DataSetId", "dataSetId", anyRule},
	{"DataSourceId", "dataSourceId", anyRule},
	{"FolderId", "folderId", idRule},
	{"TopicId", "topicId", topicIDRule},
	{"FlowId", "flowId", flowIDRule},
	{"ActionConnectorId", "actionConnectorId", shortIDRule},
	{"ThemeId", "themeId", shortIDRule},
	{"TemplateId", "templateId", shortIDRule},
	{"MemberType", "memberType", memberTypeRule},
	{"MemberId", "memberId", idRule},
	{"ResourceArn", "resourceArn", anyRule},
}

func (c *call) checkPath() error {
	var check constraint.Check
	for _, p := range slices.Concat(pathRules, assetPathRules) {
		if v, ok := c.Path[p.name]; ok {
			check.Text(p.at, &v, p.rule)
		}
	}
	return breach(&check)
}

// breach gives the error of what check has found.
func breach(check *constraint.Check) error {
	if check.OK() {
		return nil
	}
	return invalid("%s", check.Message())
}

// tag is a tag in a request.
type tag struct {
	Key, Value *string
}

// checkTags judges a list of tags that may be missing.
func checkTags(check *constraint.Check, tags []tag) {
	if tags != nil {
		check.List("tags", len(tags), 1, 200)
	}
	for i, t := range tags {
		at := "tags." + strconv.Itoa(i+1) + ".member."
		check.Required(at+"key", t.Key, tagKeyRule)
		check.Required(at+"value", t.Value, tagValueRule)
	}
}

// worldTags gives checked tags as the world keeps them.
func worldTags(tags []tag) []world.Tag {
	var out []world.Tag
	for _, t := range tags {
		out = append(out, world.Tag{Key: *t.Key, Value: *t.Value})
	}
	return world.SortTags(out)
}

// maxTags is how many tags a resource may have, as TagResource documents.
const maxTags = 50

// str gives the value of a member that may be missing.
func str(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// list is the request for a page of a list.
type list struct {
	id    string // what its tokens are bound to
	after string // key of the last row of the page before
	limit int
}

// page reads max-results and next-token. of tells lists of one operation apart,
// besides their path.
func (c *call) page(of string) (list, error) {
	var most *int
	name := "max-results"
	if c.Op.Name == "ListTemplates" {
		name = "max-result" // as the API model has it
	}
	if s := c.Query.Get(name); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			return list{}, invalid("%s %q is not a number", name, s)
		}
		most = &n
	}
	return c.pageOf(of, most, c.Query.Get("next-token"))
}

// pageOf is page for requests that have the size of the page and the token
// somewhere else.
func (c *call) pageOf(of string, most *int, token string) (list, error) {
	l := list{id: c.Op.Name, limit: 100}
	for _, p := range pathRules {
		l.id += " " + c.Path[p.name]
	}
	for _, p := range assetPathRules {
		if v, ok := c.Path[p.name]; ok {
			l.id += " " + v
		}
	}
	l.id += " " + of
	if most != nil {
		var check constraint.Check
		check.Number("maxResults", most, 1, 100)
		if err := breach(&check); err != nil {
			return l, err
		}
		l.limit = *most
	}
	after, ok := c.w.Continue(l.id, token)
	if !ok {
		return l, wire.Errorf(400, tokenError(c.Op.Name), "The NextToken value isn't valid.")
	}
	l.after = after
	return l, nil
}

// tokenError is the code for a token that is no good: some lists do not model the
// code of the others.
func tokenError(operation string) string {
	switch operation {
	case "ListUserGroups", "ListIAMPolicyAssignmentsForUser", "ListCustomPermissions", "ListFlows", "SearchFlows":
		return "InvalidParameterValueException"
	}
	return "InvalidNextTokenException"
}

// answer gives a page of rows under name, each as show shows it, with the token
// for the next page when there is one. A row for which show says false is left
// out.
func answer[V any](c *call, l list, name string, rows iter.Seq2[string, V], show func(V) (any, bool)) members {
	page, last := world.Page(rows, l.limit)
	shown := make([]any, 0, len(page))
	for _, row := range page {
		if v, ok := show(row); ok {
			shown = append(shown, v)
		}
	}
	m := members{name: shown}
	if last != "" {
		m["NextToken"] = c.w.Token(l.id, last)
	}
	return m
}

// view is the moment as of which reads show the world.
func (c *call) view() world.View { return c.w.View("quicksight") }
