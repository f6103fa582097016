package io.github.grisaille.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import javax.imageio.stream.ImageInputStream;

/**
 * The kind of a file by its name or its first bytes: a picture that can be read, a picture that cannot, or no picture.
 */
final class PictureKind {
    /** The name endings of files that are read. The first bytes of such a file then tell its format. */
    static final Set<String> ENDINGS = new TreeSet<>(
            Set.of("png", "apng", "jpg", "jpeg", "jpe", "jfif", "gif", "bmp", "dib", "webp", "tif", "tiff"));

    private record Unread(String format, Set<String> endings) {
        Unread(String format, String... endings) {
            this(format, Set.of(endings));
        }
    }

    /** Picture formats for which Java has no well-maintained decoder. */
    private static final List<Unread> UNREAD = List.of(
            new Unread("HEIC", "heic", "heif", "hif"),
            new Unread("AVIF", "avif"),
            new Unread("JPEG XL", "jxl"),
            new Unread("JPEG 2000", "jp2", "j2k", "jpx", "jpf", "jpm"),
            new Unread("JPEG XR", "jxr", "wdp", "hdp"),
            new Unread("SVG", "svg", "svgz"),
            new Unread("Photoshop", "psd", "psb"),
            new Unread("GIMP", "xcf"),
            new Unread("Krita", "kra"),
            new Unread("OpenEXR", "exr"),
            new Unread("Radiance", "hdr"),
            new Unread("icon", "ico", "icns", "cur"),
            new Unread("TGA", "tga"),
            new Unread("DDS", "dds"),
            new Unread("PCX", "pcx"),
            new Unread("Netpbm", "pnm", "pbm", "pgm", "ppm", "pam", "pfm"),
            new Unread("X11", "xbm", "xpm"),
            new Unread("EPS", "eps"),
            new Unread("Windows metafile", "wmf", "emf"),
            new Unread("QOI", "qoi"),
            new Unread(
                    "camera raw",
                    "3fr",
                    "arw",
                    "cr2",
                    "cr3",
                    "crw",
                    "dcr",
                    "dng",
                    "erf",
                    "fff",
                    "iiq",
                    "kdc",
                    "mef",
                    "mos",
                    "mrw",
                    "nef",
                    "nrw",
                    "orf",
                    "pef",
                    "raf",
                    "raw",
                    "rw2",
                    "rwl",
                    "sr2",
                    "srf",
                    "srw",
                    "x3f"));

    private static final int FIRST_BYTES = 64;
    private static final int NAME = 4;
    private static final int BRAND = 8;

    private PictureKind() {}

    private static String ending(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    }

    /** Whether the name is that of a picture that can be read. */
    static boolean isRead(Path file) {
        return ENDINGS.contains(ending(file));
    }

    /** Why a file with this name is skipped; empty if it is not the name of a picture. */
    static String reasonByName(Path file) {
        String ending = ending(file);
        return UNREAD.stream()
                .filter(each -> each.endings.contains(ending))
                .findFirst()
                .map(each -> "its format (" + each.format + ") cannot be read: convert it to JPEG or PNG")
                .orElse("");
    }

    /** Why a file is skipped that no decoder knows. Its name may suggest another format. */
    static String reasonByContents(ImageInputStream stream) throws IOException {
        byte[] bytes = new byte[FIRST_BYTES];
        stream.seek(0);
        int length = 0;
        for (int read = 0; read >= 0 && length < FIRST_BYTES; length += Math.max(read, 0)) {
            read = stream.read(bytes, length, FIRST_BYTES - length);
        }
        if (length == 0) {
            return "it is empty";
        }
        String first = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        String text = first.stripLeading().toLowerCase(Locale.ROOT);
        if (text.startsWith("<!doctype html") || text.startsWith("<html")) {
            return "it is a web page: download the picture itself";
        }
        String format = text.startsWith("<svg") ? "SVG" : format(first);
        return format.isEmpty()
                ? "it is not a picture in " + PictureDecoder.FORMAT_NAMES + " format"
                : "its format (" + format + ") cannot be read, whatever its name says: convert it to JPEG or PNG";
    }

    private static String format(String first) {
        if (first.startsWith("ftyp", NAME)) {
            return first.startsWith("avi", BRAND) ? "AVIF" : first.matches("(?s).{8}(hei|hev|mif|msf).*") ? "HEIC" : "";
        }
        if (first.startsWith("JXL ", NAME) || first.startsWith("\u00FF\n")) {
            return "JPEG XL";
        }
        return first.startsWith("jP  ", NAME)
                ? "JPEG 2000"
                : first.startsWith("8BPS") ? "Photoshop" : first.startsWith("%PDF") ? "PDF" : "";
    }
}
