package io.github.grisaille.io;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * The header of a safetensors file.
 *
 * @param entries the tensors, in the order of the header
 * @param metadata texts that describe the file
 */
record SafeTensorsHeader(List<Entry> entries, Map<String, String> metadata) {
    /**
     * One tensor.
     *
     * @param begin the place of its first byte, counted from the end of the header
     * @param end the place after its last byte
     */
    record Entry(String name, String type, int[] shape, long begin, long end) {}

    static final String METADATA = "__metadata__";
    static final String FLOAT = "F32";
    /** A longer header is refused, as in the reference implementation. */
    static final int LONGEST = 100_000_000;

    /** The number of bits of a value, for each type of the reference implementation. */
    private static final Map<String, Integer> BITS = Map.ofEntries(
            Map.entry("F4", 4),
            Map.entry("F6_E2M3", 6),
            Map.entry("F6_E3M2", 6),
            Map.entry("BOOL", 8),
            Map.entry("U8", 8),
            Map.entry("I8", 8),
            Map.entry("F8_E4M3", 8),
            Map.entry("F8_E4M3FNUZ", 8),
            Map.entry("F8_E5M2", 8),
            Map.entry("F8_E5M2FNUZ", 8),
            Map.entry("F8_E8M0", 8),
            Map.entry("I16", 16),
            Map.entry("U16", 16),
            Map.entry("F16", 16),
            Map.entry("BF16", 16),
            Map.entry("I32", 32),
            Map.entry("U32", 32),
            Map.entry(FLOAT, 32),
            Map.entry("I64", 64),
            Map.entry("U64", 64),
            Map.entry("F64", 64),
            Map.entry("C64", 64));

    private static final int ALIGNMENT = 8;
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /**
     * Reads and checks a header.
     *
     * @param dataBytes the number of bytes after the header
     * @param file the name of the file in messages
     */
    static SafeTensorsHeader parse(byte[] json, long dataBytes, String file) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            SafeTensorsHeader header = new Parsing(parser, file).header();
            header.check(dataBytes, file);
            return header;
        } catch (JacksonException broken) {
            throw new IllegalArgumentException(
                    file + " is damaged or not in safetensors format: its header is not valid JSON ("
                            + broken.getOriginalMessage() + ")",
                    broken);
        }
    }

    List<Entry> inOrderOfBytes() {
        return entries.stream()
                .sorted(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end))
                .toList();
    }

    /**
     * The format wants tensors that fill the data without a gap. This check finds every false place in a damaged
     * header.
     */
    private void check(long dataBytes, String file) {
        for (Entry entry : entries) {
            checkSize(entry, dataBytes, file);
        }
        long at = 0;
        for (Entry entry : inOrderOfBytes()) {
            if (entry.begin != at) {
                throw damaged(
                        file,
                        entry,
                        "begins at byte " + entry.begin + ", but the tensor before it ends at byte " + at
                                + (entry.begin < at ? ": they overlap" : ": there is a gap"));
            }
            at = entry.end;
        }
        if (at != dataBytes) {
            throw new IllegalArgumentException(file + " is damaged: its tensors end at byte " + at
                    + " of the data, but the data has " + dataBytes + " bytes");
        }
    }

    private static void checkSize(Entry entry, long dataBytes, String file) {
        if (entry.begin < 0 || entry.end < entry.begin || entry.end > dataBytes) {
            throw damaged(
                    file,
                    entry,
                    "lies at bytes " + entry.begin + " to " + entry.end + ", but the data has " + dataBytes
                            + " bytes: the file is cut off or damaged");
        }
        Integer bits = BITS.get(entry.type);
        if (bits == null) {
            // a newer type, whose size is not known here
            return;
        }
        long size = 1;
        for (int extent : entry.shape) {
            size *= extent;
            if (size > Integer.MAX_VALUE) {
                break;
            }
        }
        if (size > Integer.MAX_VALUE || size * bits != (entry.end - entry.begin) * Byte.SIZE) {
            throw damaged(
                    file,
                    entry,
                    "of type " + entry.type + " and shape " + Arrays.toString(entry.shape) + " has "
                            + (entry.end - entry.begin) + " bytes; it needs "
                            + (bits % Byte.SIZE == 0 ? bits / Byte.SIZE + " bytes" : bits + " bits")
                            + " for each value, and at most 2^31 - 1 values");
        }
    }

    private static IllegalArgumentException damaged(String file, Entry entry, String what) {
        return new IllegalArgumentException(file + ": the tensor " + entry.name + " " + what);
    }

    /** This header as JSON. Spaces at its end align the values that follow. */
    byte[] toBytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectPropertyStart(METADATA);
                metadata.forEach(json::writeStringProperty);
                json.writeEndObject();
            }
            for (Entry entry : entries) {
                json.writeObjectPropertyStart(entry.name);
                json.writeStringProperty("dtype", entry.type);
                json.writeArrayPropertyStart("shape");
                for (int extent : entry.shape) {
                    json.writeNumber(extent);
                }
                json.writeEndArray();
                json.writeArrayPropertyStart("data_offsets");
                json.writeNumber(entry.begin);
                json.writeNumber(entry.end);
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndObject();
        }
        while (out.size() % ALIGNMENT != 0) {
            out.write(' ');
        }
        if (out.size() > LONGEST) {
            throw new IllegalArgumentException("the header of a safetensors file has at most " + LONGEST
                    + " bytes; these names, shapes and texts need " + out.size() + ": use fewer or shorter ones");
        }
        return out.toByteArray();
    }

    /** Reads one header. */
    private record Parsing(JsonParser parser, String file) {
        SafeTensorsHeader header() {
            expect(parser.nextToken(), JsonToken.START_OBJECT, "an object");
            List<Entry> entries = new ArrayList<>();
            Map<String, String> metadata = new LinkedHashMap<>();
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken value = parser.nextToken();
                if (name.equals(METADATA) && value == JsonToken.VALUE_NULL) {
                    // some programs write null for no metadata
                    continue;
                }
                expect(value, JsonToken.START_OBJECT, name + ": an object");
                if (name.equals(METADATA)) {
                    readMetadata(metadata);
                } else {
                    entries.add(entry(name));
                }
            }
            expect(parser.currentToken(), JsonToken.END_OBJECT, "the end of the header");
            expect(parser.nextToken(), null, "nothing after its last brace");
            return new SafeTensorsHeader(entries, metadata);
        }

        private void readMetadata(Map<String, String> metadata) {
            for (String key = parser.nextName(); key != null; key = parser.nextName()) {
                expect(parser.nextToken(), JsonToken.VALUE_STRING, METADATA + " " + key + ": a string");
                metadata.put(key, parser.getString());
            }
            expect(parser.currentToken(), JsonToken.END_OBJECT, "the end of " + METADATA);
        }

        private Entry entry(String name) {
            String type = null;
            int[] shape = null;
            long[] offsets = null;
            for (String key = parser.nextName(); key != null; key = parser.nextName()) {
                switch (key) {
                    case "dtype" -> {
                        expect(parser.nextToken(), JsonToken.VALUE_STRING, name + ": a string as dtype");
                        type = parser.getString();
                    }
                    case "shape" -> shape = shape(name);
                    case "data_offsets" -> offsets = numbers(name + ": data_offsets");
                    default -> {
                        // later versions of the format may add keys
                        parser.nextToken();
                        parser.skipChildren();
                    }
                }
            }
            expect(parser.currentToken(), JsonToken.END_OBJECT, "the end of " + name);
            if (type == null || shape == null || offsets == null || offsets.length != 2) {
                throw wrong(name + ": a dtype, a shape and two data_offsets", "not all of them");
            }
            return new Entry(name, type, shape, offsets[0], offsets[1]);
        }

        private int[] shape(String name) {
            long[] extents = numbers(name + ": shape");
            for (long extent : extents) {
                if (extent < 0 || extent > Integer.MAX_VALUE) {
                    throw wrong(name + ": extents of 0 to 2^31 - 1", String.valueOf(extent));
                }
            }
            return Arrays.stream(extents).mapToInt(extent -> (int) extent).toArray();
        }

        private long[] numbers(String what) {
            expect(parser.nextToken(), JsonToken.START_ARRAY, what + " as an array");
            List<Long> numbers = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                expect(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, what + " of whole numbers");
                numbers.add(parser.getLongValue());
            }
            return numbers.stream().mapToLong(Long::longValue).toArray();
        }

        private void expect(JsonToken found, JsonToken wanted, String what) {
            if (found != wanted) {
                throw wrong(what, String.valueOf(found));
            }
        }

        private IllegalArgumentException wrong(String wanted, String found) {
            return new IllegalArgumentException(
                    file + " is damaged or not in safetensors format: its header should have " + wanted + "; found "
                            + found);
        }
    }
}
