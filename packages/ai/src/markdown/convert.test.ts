import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { convertAll } from "./convert.ts";

const how = { describe: async () => "a bee on a flower", id: () => "1", options: {} };

async function converted(
  name: string,
  content: string | Uint8Array<ArrayBuffer> | ArrayBuffer,
  type = "",
  options: object = {},
) {
  const blob = new Blob([content], { type });
  const [result] = await convertAll([{ name, blob }], {
    ...how,
    options: { conversionOptions: options },
  });
  return result?.format === "error" ? result.error : result?.data;
}

describe("convertAll", () => {
  it("takes the text out of HTML", async () => {
    const html =
      "<h1>Bees</h1><script>x()</script><p>They <b>dance</b>, see <a href='/more'>more</a>.</p><ul><li>one</li></ul>";
    const markdown = await converted("a.html", html, "text/html", {
      html: { hostname: "bees.example" },
    });
    expect(markdown).toBe(
      "# Bees\n\nThey **dance**, see [more](https://bees.example/more).\n\n-   one",
    );
    expect(await converted("a.html", html, "", { output: { format: "text" } })).toContain(
      "They dance, see more.",
    );
  });

  it("makes tables of CSV, with quotes and line breaks", async () => {
    expect(await converted("a.csv", 'name,says\n"Bee, A","buzz ""buzz"""\nWasp|x,\n')).toBe(
      '| name | says |\n| --- | --- |\n| Bee, A | buzz "buzz" |\n| Wasp\\|x |  |',
    );
  });

  it("reads the pages of a PDF", async () => {
    const markdown = await converted("bees.pdf", pdf("Bees dance."), "application/pdf");
    expect(markdown).toContain("# bees.pdf");
    expect(markdown).toContain("### Page 1\nBees dance.");
    expect(markdown).toContain("## Metadata");
    const bare = await converted("bees.pdf", pdf("Bees dance."), "", { pdf: { metadata: false } });
    expect(bare).not.toContain("## Metadata");
  });

  it("reads Word", async () => {
    expect(await converted("bees.docx", await docx("Bees dance."))).toBe("Bees dance.");
  });

  it("describes pictures, and leaves texts as they are", async () => {
    expect(await converted("a.png", "x")).toBe("a bee on a flower");
    expect(await converted("a.md", "# Bees")).toBe("# Bees");
    expect(await converted("noname", "plain", "text/plain;charset=utf-8")).toBe("plain");
    expect(await converted("a.json", '{"a":1}')).toBe('```json\n{"a":1}\n```');
  });

  it("makes an error of what it cannot read, and goes on", async () => {
    const files = [
      { name: "a.exe", blob: new Blob(["x"]) },
      { name: "a.pdf", blob: new Blob(["no pdf"]) },
      { name: "a.txt", blob: new Blob(["fine"]) },
    ];
    expect((await convertAll(files, how)).map(({ format }) => format)).toEqual([
      "error",
      "error",
      "markdown",
    ]);
  });
});

/** The smallest PDF that says something. */
function pdf(text: string): Uint8Array<ArrayBuffer> {
  const stream = `BT /F1 12 Tf 72 720 Td (${text}) Tj ET`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  let body = "%PDF-1.4\n";
  const places = objects.map((object, index) => {
    const place = body.length;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return place;
  });
  const start = body.length;
  const rows = places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`);
  body += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows.join("")}`;
  body += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF`;
  return Uint8Array.from(Buffer.from(body, "latin1"));
}

async function docx(text: string): Promise<ArrayBuffer> {
  const { default: Zip } = await import("jszip");
  const zip = new Zip();
  const word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
  zip.file(
    "[Content_Types].xml",
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
  );
  zip.file(
    "_rels/.rels",
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
  );
  zip.file(
    "word/document.xml",
    `<?xml version="1.0"?><w:document xmlns:w="${word}"><w:body><w:p><w:r><w:t>${text}</w:t></w:r></w:p></w:body></w:document>`,
  );
  return zip.generateAsync({ type: "arraybuffer" });
}
