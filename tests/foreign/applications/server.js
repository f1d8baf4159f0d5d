"use strict";
const fs = require("fs");
const https = require("https");
const path = require("path");

const certificate = { cert: fs.readFileSync(process.env.CERTIFICATE), key: fs.readFileSync(process.env.KEY) };
const server = https.createServer(certificate, (request, response) => {
  fs.readFile(path.join(process.env.ANSWERS, request.url), (error, body) => {
    response.writeHead(error ? 404 : 200, { "Content-Type": "application/json" });
    response.end(error ? '{"detail":"Job not found"}' : body);
  });
});
server.keepAliveTimeout = 1000;
server.listen(Number(process.env.PORT), "127.0.0.1");
