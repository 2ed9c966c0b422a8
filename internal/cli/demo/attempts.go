package demo

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/awscli"
)

// administrator is the access key of who may do everything.
const administrator = "AKIASIMULATED0000001"

// attempt is one way to come to what is another customer's.
type attempt struct {
	who, does string
	// try tries it, and says what AWS has answered and whether it let it through.
	try func(ctx context.Context, r *raid) (answer string, let bool, err error)
	// code is by what the audit finds it, where AWS lets it through; held by what tenantry holds it, where AWS knows nothing
	// against it.
	code, held string
	says       string // in words
	always     bool   // AWS lets it through with the door shut, too
}

const (
	ofAccount = "aws quicksight %s --aws-account-id 111122223333 "
	ana       = "arn:aws:quicksight:us-east-1:111122223333:user/acme/QuickSight/ana"
	eve       = "arn:aws:quicksight:us-east-1:111122223333:user/evil/QuickSight/eve"
)

// attempts are all, in the order in which they are told.
var attempts = []attempt{
	{
		who: "walt", does: "signs in, whom nobody has put anywhere, and looks around",
		try: func(ctx context.Context, r *raid) (string, bool, error) {
			v, err := r.signIn(ctx, "walt")
			return v.String(), !v.refused, err
		},
		code: "ISO401", says: "the sign-in role allows people to register themselves",
	},
	{
		who: "eve", does: "registers herself in acme a second time, as an author",
		try:  calls("eve", "QuickSight", "register-user", "--namespace acme --identity-type IAM --iam-arn arn:aws:iam::111122223333:role/Deployment --session-name eve --email eve@evil.example --user-role AUTHOR"),
		code: "ISO307", says: "a user in acme's namespace that is none of tenantry's",
	},
	{
		who: "eve", does: "makes herself an administrator, who sees every namespace",
		try:  calls("eve", "QuickSight", "update-user", "--namespace evil --user-name QuickSight/eve --email eve@evil.example --role ADMIN"),
		code: "ISO302", says: "an administrator lives in a tenant",
	},
	{
		who: "eve", does: "grants herself acme's dashboard Sales",
		try:  calls("eve", "QuickSight", "update-dashboard-permissions", `--dashboard-id sales --grant-permissions '[{"Principal": "`+eve+`", "Actions": ["quicksight:DescribeDashboard", "quicksight:ListDashboardVersions", "quicksight:QueryDashboard"]}]'`),
		code: "ISO101", says: "a tenant's asset is granted to another tenant",
	},
	{
		who: "eve", does: "has a link made that opens dashboards as ana",
		try:  calls("eve", "QuickSight", "generate-embed-url-for-registered-user", "--user-arn "+ana+` --experience-configuration '{"QuickSightConsole": {}}'`),
		code: "ISO402", says: "the sign-in role allows more than signing in",
	},
	{
		who: "eve", does: "gives the role Deployment every right there is",
		try:  calls("eve", "QuickSight", "aws iam put-role-policy", `--role-name Deployment --policy-name all --policy-document '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'`),
		code: "ISO405", says: "somebody else in the account holds the keys to tenants",
	},
	{
		who: "mole", does: "is allowed to assume roles, and assumes the sign-in role under ana's name",
		try:  calls("mole", "Operations", "aws sts assume-role", "--role-arn arn:aws:iam::111122223333:role/QuickSight --role-session-name ana"),
		code: "ISO403", says: "the sign-in role can be assumed otherwise than through its SAML provider",
	},
	{
		who: "mole", does: "may found groups in Identity Center, and founds qs:acme-emea, as if it were acme's",
		try: func(ctx context.Context, r *raid) (string, bool, error) {
			_, err := console(sender{r.sim.Client()}).group(ctx, "qs:acme-emea")
			return "done: to Identity Center it is a group like others", err == nil, err
		},
		held: "extends", says: "and nobody gets a namespace by it", always: true,
	},
	{
		who: "mole", does: "may rename groups, and gives evil's the name of globex's",
		try: func(ctx context.Context, r *raid) (string, bool, error) {
			globexs, evils := r.groupID("qs:globex"), r.groupID("qs:evil")
			for _, one := range [][2]string{{globexs, "globex, formerly"}, {evils, "qs:globex"}} {
				in := object{"groupId": one[0], "displayName": one[1]}
				if _, err := (sender{r.sim.Client()}).post(ctx, "/simulator/console/UpdateGroupDisplayName", nil, in); err != nil {
					return "", false, err
				}
			}
			return "done: to Identity Center it is another name", true, nil
		},
		held: "renamed-group", says: "nobody moves, and nobody new comes in through it", always: true,
	},
}

// calls calls AWS with the credentials of a role that the portal has given somebody. What does not begin with aws is an operation
// of QuickSight's.
func calls(who, role, operation, options string) func(context.Context, *raid) (string, bool, error) {
	if !strings.HasPrefix(operation, "aws ") {
		operation = strings.TrimSpace(fmt.Sprintf(ofAccount, operation))
	}
	return func(ctx context.Context, r *raid) (string, bool, error) {
		key, err := r.key(ctx, who, role)
		if err != nil {
			return "", false, err
		}
		_, err = awscli.CLI{Client: r.sim.Client(), Key: key, Region: "us-east-1"}.Run(ctx, operation+" "+options)
		if refused := (*awscli.Refused)(nil); errors.As(err, &refused) {
			_, why, _ := strings.Cut(refused.Message, "is not authorized to perform: ")
			action, _, denied := strings.Cut(why, " ")
			if !denied {
				return "", false, err
			}
			return "not authorized to perform " + action, false, nil
		}
		return "done", true, err
	}
}

// key is the access key of a role that the portal gives somebody.
func (r *raid) key(ctx context.Context, who, role string) (string, error) {
	at := [2]string{who, role}
	if r.keys[at] == "" {
		answer, err := sender{r.sim.Client()}.post(ctx, "/simulator/console/Portal", nil, object{"person": who, "role": role})
		if err != nil {
			return "", err
		}
		r.keys[at] = text(answer["AccessKeyId"])
	}
	return r.keys[at], nil
}
