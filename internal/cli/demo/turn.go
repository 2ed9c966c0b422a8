package demo

import (
	"context"
	"fmt"

	"github.com/tenantry/tenantry/internal/awssim"
)

// Environment is what to paste into a shell, for the AWS CLI, boto3 and the SDKs to use the
// simulated AWS at url. Version 1 of the AWS CLI and boto3 know the Region as AWS_DEFAULT_REGION only.
func Environment(url string) string {
	return fmt.Sprintf(`  export AWS_ENDPOINT_URL=%s AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
  export AWS_ACCESS_KEY_ID=AKIASIMULATED0000001 AWS_SECRET_ACCESS_KEY=simulated
`, url)
}

// next says what to do after the story.
func (st *story) next() {
	st.chapter("What to try next")
	fmt.Fprint(st.io.Out, `  tenantry demo people      the second act: people who leave, or whose role or name changes
  tenantry demo migrate     the third act: people in default, brought to where they belong
  tenantry demo --serve     the same, and then it goes on listening while you use the AWS CLI and curl
  tenantry sim              the simulated AWS alone, for tenantry serve, pause and history in your hands:
                            docs/events.md has a walk-through
  tenantry config init      a configuration for an account of your own
`)
}

// turn is the user's: the simulated AWS listens at an address, the daemon goes on, and what it does is
// told, until ctx ends.
func (st *story) turn(ctx context.Context, server *awssim.Server) error {
	st.chapter("Your turn: the simulated AWS is at " + server.URL + "; ^C ends it")
	fmt.Fprintf(st.io.Out, invitation, Environment(server.URL), server.URL, st.groupID("qs:acme"), st.groupID("qs:globex"), store)
	st.history.speak()
	return server.Serve(ctx)
}

// invitation can be pasted as it is.
const invitation = `tenantry serve goes on, and what it does is told below. It listens to the queue
  %[2]s/111122223333/tenantry-events

Paste into another terminal (the keys are made up; nothing real is touched):

%[1]s
By the API, with the AWS CLI:

  person=$(aws identitystore create-user --identity-store-id %[5]s --user-name xena \
    --display-name "Xena Xu" --name GivenName=Xena,FamilyName=Xu \
    --emails Value=xena@acme.example,Primary=true --query UserId --output text)
  aws identitystore create-group-membership --identity-store-id %[5]s \
    --group-id %[3]s --member-id UserId=$person
  aws quicksight list-users --aws-account-id 111122223333 --namespace acme

By SCIM, as another identity provider:

  scim() {
    curl -s -H 'Authorization: Bearer simulated-scim-token' %[2]s/scim/v2/"$@"
  }
  person=$(scim Users -d '{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
    "userName": "yann", "displayName": "Yann Yew",
    "name": {"givenName": "Yann", "familyName": "Yew"},
    "emails": [{"value": "yann@globex.example", "type": "work", "primary": true}]}' |
    sed -E 's/.*"id": ?"([^"]+)".*/\1/')
  scim Groups/%[4]s -X PATCH -d '
    {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
     "Operations": [{"op": "add", "path": "members", "value": [{"value": "'$person'"}]}]}'

In the console, or its stand-in; a new customer this time:

  console() { curl -s %[2]s/simulator/console/$1 -d "$2"; echo; }
  group=$(console CreateGroup '{"displayName": "qs:wonka"}' | grep -oE '[0-9a-f-]{36}')
  person=$(console CreateUser '{"userName": "zoe", "givenName": "Zoe", "familyName": "Zola",
    "email": "zoe@wonka.example"}' | grep -oE '[0-9a-f-]{36}')
  console AddMemberToGroup '{"groupId": "'$group'", "memberId": "'$person'"}'

And somebody who signs in before anybody has put them anywhere:

  console SignIn '{"role": "QuickSight", "session": "walt", "email": "walt@example.com"}'

`
