import type { FileUIPart } from "ai";

/** What every provider takes. */
const TYPES: ReadonlySet<string> = new Set(["image/png", "image/jpeg", "image/webp", "image/gif"]);
/** Pixels of the longer side; models look at no more. */
const LONGEST = 1568;
/** Bytes up to which a picture goes as it is. */
const SMALL = 400_000;

/**
 * A picture as a part of a message. Large ones are made smaller first: they are stored with the
 * conversation, and sent to the model each time.
 *
 * @throws Error when it is no picture, in words for the person.
 */
export async function toPicture(file: File): Promise<FileUIPart> {
  if (!file.type.startsWith("image/")) throw new Error(`${file.name} is not a picture.`);
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error(`${file.name} cannot be read as a picture.`);
  });
  const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
  const fits = scale === 1 && file.size <= SMALL && TYPES.has(file.type);
  const blob = fits ? file : await shrink(bitmap, scale);
  bitmap.close();
  return { type: "file", mediaType: blob.type, filename: file.name, url: await toDataUrl(blob) };
}

async function shrink(bitmap: ImageBitmap, scale: number): Promise<Blob> {
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser cannot draw pictures.");
  // JPEG has no transparency.
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0, width, height);
  return canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 });
}

function toDataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
