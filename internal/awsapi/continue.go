package awsapi

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// Continue invokes a Lambda function, by its ARN, without waiting for what comes of it (Lambda Invoke,
// InvocationType Event). It is called with the credentials of the process itself, whatever role it
// assumes for others, in the function's Region. Called again after a lost answer, it may have invoked
// twice.
//
// The SDK's client adds 0.7 MB to the program. A message to a queue would add nothing, but it would be
// one more queue to make, to name and to allow.
func (a *AWS) Continue(ctx context.Context, function string, payload []byte) error {
	parts := strings.SplitN(function, ":", 7) // arn:aws:lambda:REGION:ACCOUNT:function:NAME
	if len(parts) < 7 || parts[2] != serviceLambda {
		return errors.New("ask for the continuation: the function's ARN is not known")
	}
	caller := invoker{lambda.NewFromConfig(a.own, func(l *lambda.Options) {
		l.Region = parts[3]
		l.Retryer = newRetryer(true)
		l.APIOptions = append(l.APIOptions, a.paces[serviceLambda].installAt(a.priority))
	})}
	_, err := caller.functions.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String(function), InvocationType: types.InvocationTypeEvent, Payload: payload})
	if err == nil {
		return nil
	}
	err = failure(err, fmt.Sprintf("invoke the function %q", parts[6]))
	if denied, ok := errors.AsType[*DeniedError](err); ok {
		denied.Action = "lambda:InvokeFunction" // IAM's name of Invoke
	}
	return err
}

// invoker names the client as the list of calls in SECURITY.md knows it.
type invoker struct{ functions *lambda.Client }
