package awsapi

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Table is a table of DynamoDB with the rows of journals, in the account and the identity Region of QuickSight. Its
// partition key is the string "journal", and its sort key the string "row".
//
// All reads are strongly consistent. A call whose answer was lost is sent again as it was: a read has no effect, and a
// transaction has a token by which DynamoDB knows it again for ten minutes (API reference, TransactWriteItems).
type Table struct {
	name, region string
	account      tenancy.AccountID
	tables       *dynamodb.Client
}

// The attributes of a row. Their names count in the size of an item.
const (
	attrJournal = "journal" // the partition
	attrRow     = "row"     // the key within it
	attrSeq     = "seq"
	attrSum     = "sum"
	attrAt      = "at"
	attrBody    = "body" // a string where it is text, and binary where it is not
)

// Table is the table of a name. It calls nothing.
func (a *AWS) Table(name string) *Table {
	return &Table{name, a.region, a.account, dynamodb.NewFromConfig(a.home, func(d *dynamodb.Options) {
		d.Retryer = newRetryer(true)
		d.APIOptions = append(d.APIOptions, a.paces[serviceDynamoDB].installAt(Urgent)) // a write to AWS waits for it, or it was made
	})}
}

// ID is the table's own id, which another table of its name does not have (DynamoDB DescribeTable). It is an error where
// there is no such table, or one with other keys.
func (t *Table) ID(ctx context.Context) (string, error) {
	out, err := t.tables.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &t.name})
	if err != nil {
		return "", t.failed(err, "look at")
	}
	if !hasKeys(out.Table) {
		return "", &TableError{t.name, t.region, &CallError{Doing: "look at " + t.String(), Message: "its keys are not those of a journal", kind: plan.ErrDiffers}}
	}
	if in := accountOf(aws.ToString(out.Table.TableArn)); in != string(t.account) {
		return "", &TableError{t.name, t.region, &CallError{Doing: "look at " + t.String(), Message: fmt.Sprintf("it is in account %s, and the configuration is about %s", in, t.account), kind: plan.ErrDiffers}}
	}
	switch out.Table.TableStatus {
	case types.TableStatusActive, types.TableStatusUpdating:
		return aws.ToString(out.Table.TableId), nil
	}
	return "", &TableError{t.name, t.region, &CallError{Doing: "look at " + t.String(), Message: fmt.Sprintf("it is %s", out.Table.TableStatus), kind: plan.ErrNotReady}}
}

// hasKeys reports whether a table has the keys of a journal's rows.
func hasKeys(t *types.TableDescription) bool {
	if t == nil || len(t.KeySchema) != 2 {
		return false
	}
	for i, want := range []types.KeySchemaElement{
		{AttributeName: aws.String(attrJournal), KeyType: types.KeyTypeHash}, {AttributeName: aws.String(attrRow), KeyType: types.KeyTypeRange},
	} {
		if have := t.KeySchema[i]; aws.ToString(have.AttributeName) != *want.AttributeName || have.KeyType != want.KeyType {
			return false
		}
	}
	for _, a := range t.AttributeDefinitions {
		if name := aws.ToString(a.AttributeName); (name == attrJournal || name == attrRow) && a.AttributeType != types.ScalarAttributeTypeS {
			return false
		}
	}
	return true
}

// Get answers a row as it is now, the zero Row where there is none (DynamoDB GetItem).
func (t *Table) Get(ctx context.Context, partition, key string) (plan.Row, error) {
	out, err := t.tables.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &t.name, ConsistentRead: aws.Bool(true),
		Key: map[string]types.AttributeValue{attrJournal: text(partition), attrRow: text(key)},
	})
	if err != nil {
		return plan.Row{}, t.failed(err, "read")
	}
	if len(out.Item) == 0 {
		return plan.Row{}, nil
	}
	return t.row(out.Item)
}

// Query answers rows as they are now, as many as one answer has (DynamoDB Query: 1 MB).
func (t *Table) Query(ctx context.Context, partition string, r plan.RowRange) (rows []plan.Row, more bool, err error) {
	in := &dynamodb.QueryInput{
		TableName: &t.name, ConsistentRead: aws.Bool(true), ScanIndexForward: aws.Bool(!r.NewestFirst),
		KeyConditionExpression:   aws.String("#journal = :journal AND #row BETWEEN :from AND :to"),
		ExpressionAttributeNames: map[string]string{"#journal": attrJournal, "#row": attrRow},
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":journal": text(partition), ":from": text(r.From), ":to": text(r.To),
		},
	}
	if r.Limit > 0 {
		in.Limit = aws.Int32(int32(r.Limit))
	}
	if r.From > r.To {
		return nil, false, nil // DynamoDB refuses it
	}
	out, err := t.tables.Query(ctx, in)
	if err != nil {
		return nil, false, t.failed(err, "read")
	}
	for _, item := range out.Items {
		row, err := t.row(item)
		if err != nil {
			return nil, false, err
		}
		rows = append(rows, row)
	}
	return rows, len(out.LastEvaluatedKey) > 0, nil
}

// Commit puts head in the place of was, and adds rows, all or none (DynamoDB TransactWriteItems). It has lost where the
// row is another than was says or is there against its word, where one of the added ones is there, and where it met
// another transaction. After an error it may have happened, and may still happen.
func (t *Table) Commit(ctx context.Context, partition string, was, head plan.Row, added []plan.Row) (won bool, err error) {
	first := t.put(partition, head)
	first.ExpressionAttributeNames = map[string]string{"#row": attrRow}
	first.ConditionExpression = aws.String("attribute_not_exists(#row)")
	if was.Key != "" {
		first.ExpressionAttributeNames = map[string]string{"#seq": attrSeq, "#sum": attrSum}
		first.ExpressionAttributeValues = map[string]types.AttributeValue{":seq": number(was.Seq), ":sum": binary(was.Sum)}
		first.ConditionExpression = aws.String("#seq = :seq AND #sum = :sum")
	}
	items := []types.TransactWriteItem{{Put: first}}
	for _, row := range added {
		p := t.put(partition, row)
		p.ExpressionAttributeNames = map[string]string{"#row": attrRow}
		p.ConditionExpression = aws.String("attribute_not_exists(#row)")
		items = append(items, types.TransactWriteItem{Put: p})
	}
	token := aws.String(rand.Text())
	for attempt := 1; ; attempt++ {
		_, err = t.tables.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: items, ClientRequestToken: token})
		switch {
		case err == nil:
			return true, nil
		case hasLost(err):
			return false, nil
		case !isCrowded(err) || attempt == throttleAttempts:
			return false, t.failed(err, "write to")
		}
		if err := sleep(ctx, backoff(attempt)); err != nil {
			return false, t.failed(err, "write to")
		}
	}
}

// hasLost reports whether a transaction was not carried out because others had written, or were writing.
func hasLost(err error) bool {
	for _, code := range cancelledFor(err) {
		if code == "ConditionalCheckFailed" || code == "TransactionConflict" {
			return true
		}
	}
	return false
}

// isCrowded reports whether a transaction was not carried out for want of throughput, of the table or of one of its
// items, or is being carried out, since it was sent before: the SDK's loop knows only calls that are throttled as a whole.
func isCrowded(err error) bool {
	if codeOf(err) == "TransactionInProgressException" {
		return true
	}
	for _, code := range cancelledFor(err) {
		if code == "ThrottlingError" || code == "ProvisionedThroughputExceeded" {
			return true
		}
	}
	return false
}

// cancelledFor are the reasons for which a transaction was cancelled (API reference, TransactionCanceledException).
func cancelledFor(err error) []string {
	cancelled, ok := errors.AsType[*types.TransactionCanceledException](err)
	if !ok {
		return nil
	}
	var codes []string
	for _, r := range cancelled.CancellationReasons {
		codes = append(codes, aws.ToString(r.Code))
	}
	return codes
}

func text(s string) types.AttributeValue   { return &types.AttributeValueMemberS{Value: s} }
func binary(b []byte) types.AttributeValue { return &types.AttributeValueMemberB{Value: b} }
func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}
func (t *Table) put(partition string, r plan.Row) *types.Put {
	body := binary(r.Body)
	if utf8.Valid(r.Body) {
		body = text(string(r.Body))
	}
	return &types.Put{TableName: &t.name, Item: map[string]types.AttributeValue{
		attrJournal: text(partition), attrRow: text(r.Key), attrSeq: number(r.Seq), attrSum: binary(r.Sum), attrAt: number(r.At), attrBody: body,
	}}
}

// row reads an item. One that has not the attributes of a row is an error: somebody else wrote it.
func (t *Table) row(item map[string]types.AttributeValue) (plan.Row, error) {
	var r plan.Row
	key, ok := item[attrRow].(*types.AttributeValueMemberS)
	if ok {
		r.Key = key.Value
	}
	seq, isSeq := integer(item[attrSeq])
	at, isAt := integer(item[attrAt])
	sum, isSum := item[attrSum].(*types.AttributeValueMemberB)
	switch body := item[attrBody].(type) {
	case *types.AttributeValueMemberS:
		r.Body = []byte(body.Value)
	case *types.AttributeValueMemberB:
		r.Body = body.Value
	default:
		ok = false
	}
	if !ok || !isSeq || !isAt || !isSum {
		return plan.Row{}, &TableError{t.name, t.region, &CallError{Doing: "read " + t.String(), Message: fmt.Sprintf("the item with row %q is none of a journal's", r.Key), kind: plan.ErrDiffers}}
	}
	r.Seq, r.At, r.Sum = seq, at, sum.Value
	return r, nil
}

func integer(v types.AttributeValue) (int64, bool) {
	n, ok := v.(*types.AttributeValueMemberN)
	if !ok {
		return 0, false
	}
	i, err := strconv.ParseInt(n.Value, 10, 64)
	return i, err == nil
}

// String names the table in errors.
func (t *Table) String() string { return fmt.Sprintf("table %q in %s", t.name, t.region) }

// accountOf is the account in an ARN, "" where there is none.
func accountOf(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return ""
	}
	return parts[4]
}
