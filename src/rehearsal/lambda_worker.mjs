// The runtime of one Lambda function of Node.js, as lambda_worker.py is of Python: one event a line.
//
// It is started with the function's folder as its working folder and imports the handler. Then each
// line read is a request, each line written to descriptor 3 its answer; what the function prints goes
// to its log.

import { existsSync, readFileSync, writeSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { createRequire, syncBuiltinESMExports } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const CALLBACKS_ENDED = 24; // the first version whose handlers are functions of two arguments
const version = Number(/nodejs(\d+)/.exec(process.env.AWS_EXECUTION_ENV ?? "")?.[1] ?? 0);

/** Have connections that expect TLS at the cloud's own address do without: it has none. */
function speakPlainly() {
  const cloud = new URL(process.env.AWS_ENDPOINT_URL);
  const request = https.request;
  https.request = (...given) => {
    const options = typeof given[0] === "object" && !(given[0] instanceof URL) ? given[0] : {};
    const host = options.hostname ?? options.host ?? new URL(given[0]).hostname;
    if (host.split(":")[0] !== cloud.hostname) return request(...given);
    const plain = { ...options, protocol: "http:", host: undefined, hostname: host, port: cloud.port };
    return options === given[0] ? http.request(plain, ...given.slice(1)) : http.request(...given);
  };
  syncBuiltinESMExports();
}

/** Return what an error says, as Lambda tells it; it goes to the log too. */
function told(error, kind = error?.name ?? "Error") {
  console.error(error);
  const frames = String(error?.stack ?? error).split("\n");
  return { raised: { errorType: kind, errorMessage: error?.message ?? String(error), stackTrace: frames } };
}

function failed(kind, message) {
  return Object.assign(new Error(message), { name: kind });
}

/** Import the handler. Throws an error whose name is Lambda's for what is wrong. */
async function load(handler) {
  const [, file, name] = /^(.*)\.([^./]+)$/.exec(handler) ?? [, handler, ""];
  const place = [".js", ".mjs", ".cjs"].map((end) => path.resolve(file + end)).find(existsSync);
  if (!place) throw failed("Runtime.ImportModuleError", `Error: Cannot find module '${file}'`);
  let found;
  try {
    found = isModule(place) ? await import(pathToFileURL(place)) : createRequire(place)(place);
  } catch (error) {
    if (error instanceof SyntaxError) throw failed("Runtime.UserCodeSyntaxError", String(error));
    if (/_NOT_FOUND$/.test(error?.code)) throw failed("Runtime.ImportModuleError", String(error));
    throw error;
  }
  const call = found[name] ?? found.default?.[name];
  if (typeof call !== "function") {
    throw failed("Runtime.HandlerNotFound", `${handler} is undefined or not exported`);
  }
  if (version >= CALLBACKS_ENDED && call.length > 2) {
    throw failed("Runtime.CallbackHandlerDeprecated", "Handlers with a callback end with Node.js 22");
  }
  return call;
}

function isModule(place) {
  if (!place.endsWith(".js")) return place.endsWith(".mjs");
  const described = path.join(path.dirname(place), "package.json");
  if (existsSync(described)) return JSON.parse(readFileSync(described, "utf8")).type === "module";
  return version >= CALLBACKS_ENDED && /^\s*(import\s|export\s)/m.test(readFileSync(place, "utf8"));
}

/** Call the handler once; return what it returned or raised, however it says so. */
function answered(call, request) {
  return new Promise((resolve) => {
    const done = (error, value) =>
      resolve(error == null ? { returned: JSON.stringify(value) ?? "null" } : told(error));
    // what has nothing left to do without having answered answers null
    process.once("beforeExit", () => done(null, null));
    process.removeAllListeners("uncaughtException").on("uncaughtException", done);
    process
      .removeAllListeners("unhandledRejection")
      .on("unhandledRejection", (error) => resolve(told(error, "Runtime.UnhandledPromiseRejection")));
    const context = contextOf(request, done);
    process.env._X_AMZN_TRACE_ID = request.trace;
    try {
      if (request.fault) throw failed("Error", "Made to fail by the rehearsal");
      const found = call(request.event, context, done);
      if (typeof found?.then === "function") found.then((value) => done(null, value), done);
    } catch (error) {
      done(error);
    }
  });
}

function contextOf(request, done) {
  const ends = Date.now() + request.timeout * 1000;
  return {
    awsRequestId: request.id,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: request.arn,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => ends - Date.now(),
    ...(version >= CALLBACKS_ENDED ? {} : { done, succeed: (value) => done(null, value), fail: done }),
  };
}

function write(answer) {
  writeSync(3, `${answer ? JSON.stringify(answer) : ""}\n`);
}

speakPlainly();
let unusable;
const call = await load(process.argv[2]).catch((error) => (unusable = told(error)));
write();
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
for (let line = await lines.next(); !line.done; line = await lines.next()) {
  process.stdin.unref(); // only what the function waits for keeps it at work
  const answer = unusable ?? (await answered(call, JSON.parse(line.value)));
  process.removeAllListeners("beforeExit");
  process.stdin.ref();
  write(answer);
}
