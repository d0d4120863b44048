/** A photo made small before it is sent: drawn again as a JPEG of at most 1,600 pixels, which leaves behind where and with what it was taken. */
const LONGEST_SIDE = 1_600;
const QUALITY = 0.85;

export type Size = { width: number; height: number };

export function fitted({ width, height }: Size): Size {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height, 1));
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

/** Throws for what the browser cannot read as a picture. */
export async function smallJpeg(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file);
  const { width, height } = fitted(picture);
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  canvas.getContext("2d")?.drawImage(picture, 0, 0, width, height);
  picture.close();
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error("no picture came of it")) : resolve(blob)),
      "image/jpeg",
      QUALITY,
    );
  });
}
