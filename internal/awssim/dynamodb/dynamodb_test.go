package dynamodb_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim/dynamodb"
	"github.com/tenantry/tenantry/internal/awssim/roomtest"
)

const oneTable = `{"account_id": "111122223333", "tables": [{"name": "history", "partition_key": "journal", "sort_key": "row"}]}`

type room struct{ *roomtest.Room }

func open(t *testing.T) room { return room{roomtest.New(t, oneTable, dynamodb.New)} }

// does calls an operation that goes well.
func (r room) does(operation, body string) map[string]any {
	r.T.Helper()
	status, answer := r.Target("DynamoDB_20120810."+operation, body)
	if status != 200 {
		r.T.Fatalf("%s: %d %v", operation, status, answer)
	}
	return answer
}

// fails calls an operation that is refused with a code, and answers the refusal.
func (r room) fails(code, operation, body string) map[string]any {
	r.T.Helper()
	status, answer := r.Target("DynamoDB_20120810."+operation, body)
	if kind := fmt.Sprint(answer["__type"]); status != 400 || !strings.HasSuffix(kind, "#"+code) {
		r.T.Errorf("%s: %d %v, want %s", operation, status, answer, code)
	}
	return answer
}

// item is an item of the table.
func item(row, rest string) string {
	return fmt.Sprintf(`{"journal": {"S": "j"}, "row": {"S": %q}%s}`, row, rest)
}

func get(row string) string {
	return fmt.Sprintf(`{"TableName": "history", "ConsistentRead": true, "Key": {"journal": {"S": "j"}, "row": {"S": %q}}}`, row)
}

// puts is a transaction of puts.
func puts(token string, all ...string) string {
	for i, p := range all {
		all[i] = `{"Put": {"TableName": "history", ` + p + `}}`
	}
	return fmt.Sprintf(`{"ClientRequestToken": %q, "TransactItems": [%s]}`, token, strings.Join(all, ","))
}

const unlessThere = `"ConditionExpression": "attribute_not_exists(#r)", "ExpressionAttributeNames": {"#r": "row"}`

func TestItems(t *testing.T) {
	r := open(t)
	if answer := r.does("GetItem", get("a")); len(answer) != 0 {
		t.Errorf("an item that is not there: %v", answer)
	}
	r.does("PutItem", `{"TableName": "history", "Item": `+item("a", `, "n": {"N": "1"}, "b": {"B": "AAE="}, "l": {"L": [{"BOOL": true}]}`)+`}`)
	got, _ := json.Marshal(r.does("GetItem", get("a"))["Item"])
	if want := `{"b":{"B":"AAE="},"journal":{"S":"j"},"l":{"L":[{"BOOL":true}]},"n":{"N":"1"},"row":{"S":"a"}}`; string(got) != want {
		t.Errorf("the item is %s, want %s", got, want)
	}
	for condition, holds := range map[string]bool{
		`"n = :v", "ExpressionAttributeValues": {":v": {"N": "1.0"}}`:                          true,
		`"n = :v", "ExpressionAttributeValues": {":v": {"S": "1"}}`:                            false,
		`"b = :v AND attribute_exists(n)", "ExpressionAttributeValues": {":v": {"B": "AAE="}}`: true,
		`"attribute_not_exists(n)"`:                                    false,
		`"attribute_not_exists(none)"`:                                 true,
		`"none = :v", "ExpressionAttributeValues": {":v": {"N": "1"}}`: false,
	} {
		body := `{"TableName": "history", "Item": ` + item("a", `, "n": {"N": "1"}, "b": {"B": "AAE="}`) + `, "ConditionExpression": ` + condition + `}`
		if holds {
			r.does("PutItem", body)
		} else {
			r.fails("ConditionalCheckFailedException", "PutItem", body)
		}
	}
	r.does("DeleteItem", strings.Replace(get("a"), `"ConsistentRead": true, `, "", 1))
	if answer := r.does("GetItem", get("a")); len(answer) != 0 {
		t.Errorf("after it was deleted: %v", answer)
	}
}

func rows(answer map[string]any) string {
	var all []string
	list, _ := answer["Items"].([]any)
	for _, i := range list {
		all = append(all, fmt.Sprint(i.(map[string]any)["row"].(map[string]any)["S"]))
	}
	return strings.Join(all, " ")
}

func TestQuery(t *testing.T) {
	r := open(t)
	for _, row := range []string{"d", "a", "c", "b", "e"} {
		r.does("PutItem", `{"TableName": "history", "Item": `+item(row, "")+`}`)
	}
	r.does("PutItem", `{"TableName": "history", "Item": {"journal": {"S": "j2"}, "row": {"S": "x"}}}`)
	ask := func(more string) string {
		return `{"TableName": "history", "ConsistentRead": true, "ExpressionAttributeNames": {"#r": "row"}, "ExpressionAttributeValues": {":j": {"S": "j"}, ":a": {"S": "b"}, ":b": {"S": "dd"}},
			"KeyConditionExpression": "journal = :j AND #r BETWEEN :a AND :b"` + more + `}`
	}
	for more, want := range map[string]string{
		``:                            "b c d",
		`, "ScanIndexForward": false`: "d c b",
		`, "Limit": 2`:                "b c, more",
		`, "Limit": 3`:                "b c d, more", // DynamoDB does not look further than it was asked to
		`, "Limit": 4`:                "b c d",
		`, "ExclusiveStartKey": {"journal": {"S": "j"}, "row": {"S": "b"}}`:                            "c d",
		`, "ScanIndexForward": false, "ExclusiveStartKey": {"journal": {"S": "j"}, "row": {"S": "c"}}`: "b",
	} {
		answer := r.does("Query", ask(more))
		got := rows(answer)
		if answer["LastEvaluatedKey"] != nil {
			got += ", more"
		}
		if got != want {
			t.Errorf("%s: %s, want %s", more, got, want)
		}
	}
	all := `{"TableName": "history", "KeyConditionExpression": "journal = :j", "ExpressionAttributeValues": {":j": {"S": "j"}}}`
	if got := rows(r.does("Query", all)); got != "a b c d e" {
		t.Errorf("the partition has %s", got)
	}
}

// An answer ends with the item that makes it a megabyte.
func TestQueryAnswersAMegabyte(t *testing.T) {
	r := open(t)
	big := base64.StdEncoding.EncodeToString(make([]byte, 390<<10))
	for i := range 5 {
		r.does("PutItem", `{"TableName": "history", "Item": `+item(fmt.Sprint("r", i), `, "b": {"B": "`+big+`"}`)+`}`)
	}
	answer := r.does("Query", `{"TableName": "history", "KeyConditionExpression": "journal = :j", "ExpressionAttributeValues": {":j": {"S": "j"}}}`)
	if got := rows(answer); got != "r0 r1 r2" || answer["LastEvaluatedKey"] == nil {
		t.Errorf("it answers %s", got)
	}
}

func TestTransaction(t *testing.T) {
	r := open(t)
	first := `"Item": ` + item("head", `, "n": {"N": "1"}`) + `, ` + unlessThere
	page := `"Item": ` + item("page", "") + `, ` + unlessThere
	r.does("TransactWriteItems", puts("t-1", first, page))
	// The same token and the same request: it has been done. Another request is refused.
	r.does("TransactWriteItems", puts("t-1", first, page))
	r.fails("IdempotentParameterMismatchException", "TransactWriteItems", puts("t-1", first))
	// All or none: the second condition fails, and the first item is not written.
	other := `"Item": ` + item("other", "") + `, ` + unlessThere
	refused := r.fails("TransactionCanceledException", "TransactWriteItems", puts("t-2", other, page))
	if got := fmt.Sprint(refused["CancellationReasons"]); got != "[map[Code:None] map[Code:ConditionalCheckFailed Message:The conditional request failed]]" {
		t.Errorf("the reasons are %s", got)
	}
	if answer := r.does("GetItem", get("other")); len(answer) != 0 {
		t.Errorf("an item of a transaction that was cancelled: %v", answer)
	}
	next := `"Item": ` + item("head", `, "n": {"N": "2"}`) + `, "ConditionExpression": "#n = :n", "ExpressionAttributeNames": {"#n": "n"}, "ExpressionAttributeValues": {":n": {"N": "1"}}`
	r.does("TransactWriteItems", puts("t-3", next, other))
	r.fails("TransactionCanceledException", "TransactWriteItems", puts("t-4", next))
}

// What is not known is refused, and never ignored.
func TestRefusals(t *testing.T) {
	r := open(t)
	query := func(members string) string { return `{"TableName": "history", ` + members + `}` }
	for body, code := range map[string]string{
		`{"TableName": "none", "Key": {}}`:                                            "ResourceNotFoundException",
		`{"TableName": "x", "Key": {}}`:                                               "ValidationException",
		`{"TableName": "history", "Key": {}}`:                                         "ValidationException",
		`{"TableName": "history", "Key": {"journal": {"S": "j"}, "row": {"N": "1"}}}`: "ValidationException",
		`{"TableName": "history", "Key": {"journal": {"S": "j"}, "row": {"S": ""}}}`:  "ValidationException",
		`{"TableName": "history", "Key": "x"}`:                                        "SerializationException",
		`{"TableName": "history", "ProjectionExpression": "row"}`:                     "ValidationException",
		`{`: "SerializationException",
	} {
		r.fails(code, "GetItem", body)
	}
	for _, members := range []string{
		`"KeyConditionExpression": "journal = :j"`,
		`"KeyConditionExpression": "journal = :j", "ExpressionAttributeValues": {":j": {"S": "j"}, ":k": {"S": "k"}}`,
		`"KeyConditionExpression": "journal = :j", "ExpressionAttributeNames": {"#x": "x"}, "ExpressionAttributeValues": {":j": {"S": "j"}}`,
		`"KeyConditionExpression": "journal = :j", "ExpressionAttributeValues": {":j": {"N": "1"}}`,
		`"KeyConditionExpression": "journal = :j OR journal = :j", "ExpressionAttributeValues": {":j": {"S": "j"}}`,
		`"KeyConditionExpression": "journal = :j AND row = :j", "ExpressionAttributeValues": {":j": {"S": "j"}}`, // a reserved word
		`"KeyConditionExpression": "journal > :j", "ExpressionAttributeValues": {":j": {"S": "j"}}`,
		`"KeyConditionExpression": "other = :j", "ExpressionAttributeValues": {":j": {"S": "j"}}`,
		`"KeyConditionExpression": "#r = :j", "ExpressionAttributeNames": {"#r": "row"}, "ExpressionAttributeValues": {":j": {"S": "j"}}`,
		`"KeyConditionExpression": "journal = :b AND #r BETWEEN :b AND :a", "ExpressionAttributeNames": {"#r": "row"}, "ExpressionAttributeValues": {":a": {"S": "a"}, ":b": {"S": "b"}}`,
		`"KeyConditionExpression": "journal = :j", "FilterExpression": "n = :j", "ExpressionAttributeValues": {":j": {"S": "j"}}`,
		`"KeyConditionExpression": "journal = :j", "Limit": 0, "ExpressionAttributeValues": {":j": {"S": "j"}}`,
		`"IndexName": "i"`, ``,
	} {
		r.fails("ValidationException", "Query", strings.Replace(query(members), ", }", "}", 1))
	}
	big := base64.StdEncoding.EncodeToString(make([]byte, 399<<10))
	var eleven []string
	for i := range 11 {
		eleven = append(eleven, `"Item": `+item(fmt.Sprint("r", i), `, "b": {"B": "`+big+`"}`))
	}
	for _, body := range []string{
		puts("t"), puts("t", eleven...), puts("t", `"Item": `+item("a", "")+`, `+unlessThere, `"Item": `+item("a", "")),
		`{"TransactItems": [{"Delete": {"TableName": "history"}}]}`, `{"TransactItems": [{}]}`,
		puts("t", `"Item": {"journal": {"S": "j"}}`), puts("t", `"Item": `+item("a", `, "n": {"N": "one"}`)), puts("t", `"Item": `+item("a", `, "n": {"X": "1"}`)),
		puts("t", `"Item": `+item("a", `, "b": {"B": "`+base64.StdEncoding.EncodeToString(make([]byte, 401<<10))+`"}`)),
		puts("t", `"Item": `+item("a", "")+`, "ConditionExpression": "size(n) = :n", "ExpressionAttributeValues": {":n": {"N": "1"}}`),
	} {
		r.fails("ValidationException", "TransactWriteItems", body)
	}
	if got := rows(r.does("Query", query(`"KeyConditionExpression": "journal = :j", "ExpressionAttributeValues": {":j": {"S": "j"}}`))); got != "" {
		t.Errorf("what was refused has written %s", got)
	}
}

func TestTables(t *testing.T) {
	r := open(t)
	made := func(name, more string) string {
		return fmt.Sprintf(`{"TableName": %q, "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
			"AttributeDefinitions": [{"AttributeName": "p", "AttributeType": "S"}, {"AttributeName": "s", "AttributeType": "S"}]%s}`, name, more)
	}
	r.does("CreateTable", made("other", `, "DeletionProtectionEnabled": true`))
	r.fails("ResourceInUseException", "CreateTable", made("other", ""))
	r.fails("ValidationException", "CreateTable", made("no", ""))
	r.fails("ValidationException", "CreateTable", made("other", `, "GlobalSecondaryIndexes": []`))
	r.fails("ValidationException", "DeleteTable", `{"TableName": "other"}`)
	id := func(name string) string {
		table, _ := r.does("DescribeTable", fmt.Sprintf(`{"TableName": %q}`, name))["Table"].(map[string]any)
		if table["TableStatus"] != "ACTIVE" {
			t.Errorf("%s is %v", name, table["TableStatus"])
		}
		return fmt.Sprint(table["TableId"])
	}
	r.does("CreateTable", made("third", ""))
	before := id("third")
	r.does("DeleteTable", `{"TableName": "arn:aws:dynamodb:us-east-1:111122223333:table/third"}`)
	r.fails("ResourceNotFoundException", "DescribeTable", `{"TableName": "third"}`)
	r.does("CreateTable", made("third", ""))
	if id("third") == before {
		t.Error("a table that was made anew has the id of the one before")
	}
	if got := fmt.Sprint(r.does("ListTables", `{"Limit": 2}`)); got != "map[LastEvaluatedTableName:other TableNames:[history other]]" {
		t.Errorf("the tables are %s", got)
	}
	if got := fmt.Sprint(r.does("ListTables", `{"ExclusiveStartTableName": "other"}`)); got != "map[TableNames:[third]]" {
		t.Errorf("the tables behind are %s", got)
	}
}
