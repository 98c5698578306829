// What Lambda puts beside a function of Node.js whose code stands in its template: `cfn-response`.

exports.SUCCESS = "SUCCESS";
exports.FAILED = "FAILED";

/** Answer CloudFormation, which waits for it at the address that the event names; then end. */
exports.send = (event, context, status, data, physicalResourceId, noEcho) => {
  const name = context.logStreamName;
  const answer = {
    Status: status,
    Reason: `See the log stream ${name}`,
    PhysicalResourceId: physicalResourceId || name,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    NoEcho: noEcho || false,
    Data: data,
  };
  const sent = fetch(event.ResponseURL, {
    method: "PUT",
    body: JSON.stringify(answer),
    headers: { "content-type": "" },
  })
    .then((told) => console.log("Status code:", told.status))
    .catch((error) => console.log("send(..) failed executing the request:", error));
  return sent.then(() => context.done?.());
};
