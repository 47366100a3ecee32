// Uppy Companion with nothing but what `/s3/params` needs. It signs by itself: no request leaves this process.
import { randomBytes, randomUUID } from "node:crypto";
import process from "node:process";
import * as companion from "@uppy/companion";
import express from "express";
import session from "express-session";

const port = Number(process.argv[2]);
const secret = randomBytes(32).toString("hex");
const site = express();
site.use(session({ secret, resave: false, saveUninitialized: false }));
const { app } = companion.app({
  secret,
  filePath: process.argv[3],
  server: { host: `127.0.0.1:${port}`, protocol: "http" },
  corsOrigins: true,
  uploadUrls: ["http://127.0.0.1"],
  metrics: false,
  s3: {
    key: "AKIAEXAMPLE",
    secret,
    bucket: "uploads",
    region: "us-east-1",
    endpoint: "http://127.0.0.1:9",
    forcePathStyle: true,
    expires: 900,
    getKey: ({ filename }) => `${randomUUID()}-${filename}`,
  },
});
site.use("/companion", app);
site.get("/ready", (_request, response) => response.end());
site.listen(port, "127.0.0.1");
