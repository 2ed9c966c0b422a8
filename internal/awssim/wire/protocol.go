package wire

import (
	"bytes"
	"cmp"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"maps"
	"strconv"
)

// Protocol is the wire protocol of a service.
type Protocol int

// The protocols.
const (
	// RESTJSON names operations by method and path. Errors carry their code in
	// the header x-amzn-ErrorType.
	RESTJSON Protocol = iota
	// JSON11 names operations in the header X-Amz-Target. Errors carry their
	// code in the member __type.
	JSON11
	// Query names operations in the form member Action and answers in XML.
	Query
	// SCIM names operations by method and path. Errors are those of RFC 7644,
	// section 3.12, with what AWS adds to them.
	SCIM
	// JSON10 is JSON11 as SQS speaks it: clients that knew its query protocol find the codes that they knew in
	// the header x-amzn-query-error. AWS's "Interpreting Amazon SQS JSON API responses" shows one.
	JSON10
	// RESTXML names operations by method and path, and answers in XML, as S3 does.
	RESTXML
)

// Media types of the protocols.
const (
	jsonType   = "application/json"
	json11Type = "application/x-amz-json-1.1"
	json10Type = "application/x-amz-json-1.0"
	xmlType    = "text/xml"
)

func (p Protocol) internalCode() string {
	switch p {
	case JSON11, SCIM:
		return "InternalServerException"
	case Query:
		return "ServiceFailure"
	case JSON10, RESTXML:
		return "InternalError"
	default:
		return "InternalFailureException"
	}
}

// JSON gives v as an answer of the REST-JSON protocol. Members of a map are
// written in the order of their names.
func JSON(status int, v any) (Response, error) {
	return encodeJSON(status, jsonType, v)
}

// NoContent is an answer without a body, status 204.
func NoContent() Response { return Response{Status: 204, ContentType: jsonType} }

// JSON11Answer gives v as an answer of the JSON 1.1 protocol, status 200.
func JSON11Answer(v any) (Response, error) {
	return encodeJSON(200, json11Type, v)
}

// JSON10Answer gives v as an answer of the JSON 1.0 protocol, status 200.
func JSON10Answer(v any) (Response, error) {
	return encodeJSON(200, json10Type, v)
}

func encodeJSON(status int, media string, v any) (Response, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return Response{}, fmt.Errorf("encode answer: %w", err)
	}
	return Response{Status: status, ContentType: media, Body: b}, nil
}

// XMLAnswer gives result, a struct with XML tags whose XMLName is the
// operation's result element, wrapped in <OperationResponse xmlns="namespace">
// with ResponseMetadata, status 200. A nil result writes only the metadata.
func XMLAnswer(operation, namespace, requestID string, result any) (Response, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<%sResponse xmlns="%s">`, operation, namespace)
	if result != nil {
		if err := xml.NewEncoder(&b).Encode(result); err != nil {
			return Response{}, fmt.Errorf("encode answer: %w", err)
		}
	}
	fmt.Fprintf(&b, `<ResponseMetadata><RequestId>%s</RequestId></ResponseMetadata></%sResponse>`, requestID, operation)
	return Response{Status: 200, ContentType: xmlType, Body: b.Bytes()}, nil
}

// XMLDocument gives v, a struct with XML tags, as an answer of the REST-XML protocol, status 200.
func XMLDocument(v any) (Response, error) {
	b, err := xml.Marshal(v)
	if err != nil {
		return Response{}, fmt.Errorf("encode answer: %w", err)
	}
	return Response{Status: 200, ContentType: xmlType, Body: append([]byte(xml.Header), b...)}, nil
}

// Error gives e as p writes it.
func (p Protocol) Error(e *Error, requestID string) Response {
	r := Response{Status: e.Status, ErrorType: e.Code}
	switch p {
	case JSON11:
		r.ContentType, r.Body = json11Type, e.json11(requestID)
	case JSON10:
		r.ContentType, r.Body, r.QueryError = json10Type, e.json10(), e.query()
	case Query:
		r.ContentType, r.Body = xmlType, e.xml(requestID)
	case SCIM:
		r.ContentType, r.Body = jsonType, e.scim(requestID)
	case RESTXML:
		r.ContentType, r.Body, r.ErrorType = xmlType, e.plainXML(requestID), ""
	default:
		r.ContentType, r.Body = jsonType, e.restJSON(requestID)
	}
	return r
}

func (e *Error) restJSON(requestID string) []byte {
	m := map[string]any{"Message": e.Message, "RequestId": requestID}
	maps.Copy(m, e.Members)
	return mustJSON(m)
}

func (e *Error) json11(requestID string) []byte {
	m := map[string]any{"__type": e.Code, "Message": e.Message, "RequestId": requestID}
	maps.Copy(m, e.Members)
	return mustJSON(m)
}

// scim gives the error as IAM Identity Center's SCIM endpoint sends it: the
// schema is there twice, under the name that the RFC gives and under another.
func (e *Error) scim(requestID string) []byte {
	schemas := []string{"urn:ietf:params:scim:api:messages:2.0:Error"}
	m := map[string]any{"schema": schemas, "schemas": schemas, "detail": e.Message,
		"status": strconv.Itoa(e.Status), "exceptionRequestId": requestID}
	maps.Copy(m, e.Members)
	return mustJSON(m)
}

func (e *Error) json10() []byte {
	m := map[string]any{"__type": e.Code, "message": e.Message}
	maps.Copy(m, e.Members)
	return mustJSON(m)
}

// query is the header in which clients of a former query protocol look for the code, and for whose fault it is.
func (e *Error) query() string {
	return cmp.Or(e.QueryCode, e.Code) + ";" + e.who()
}

func (e *Error) who() string {
	if e.Status >= 500 {
		return "Receiver"
	}
	return "Sender"
}

// mustJSON encodes members of an error. They are strings and numbers written by
// the simulator itself; a value that cannot be encoded is a mistake in it.
func mustJSON(m map[string]any) []byte {
	b, err := json.Marshal(m)
	if err != nil {
		panic("awssim: members of an error: " + err.Error())
	}
	return b
}

func (e *Error) xml(requestID string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<ErrorResponse><Error><Type>%s</Type><Code>%s</Code><Message>", e.who(), e.Code)
	// Writing to a bytes.Buffer does not fail.
	_ = xml.EscapeText(&b, []byte(e.Message))
	fmt.Fprintf(&b, "</Message></Error><RequestId>%s</RequestId></ErrorResponse>", requestID)
	return b.Bytes()
}

// plainXML gives the error as S3 sends it (S3 API reference, "Error responses").
func (e *Error) plainXML(requestID string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s<Error><Code>%s</Code><Message>", xml.Header, e.Code)
	_ = xml.EscapeText(&b, []byte(e.Message)) // writing to a bytes.Buffer does not fail
	fmt.Fprintf(&b, "</Message><RequestId>%s</RequestId></Error>", requestID)
	return b.Bytes()
}
