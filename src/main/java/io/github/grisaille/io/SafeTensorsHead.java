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
 * The head of a safetensors file.
 *
 * @param entries the tensors, in the order in which the head names them
 * @param metadata what the file says of itself
 */
record SafeTensorsHead(List<Entry> entries, Map<String, String> metadata) {
    /**
     * One tensor.
     *
     * @param begin the first of its bytes, counted from the end of the head
     * @param end the byte after its last
     */
    record Entry(String name, String type, int[] shape, long begin, long end) {}

    static final String METADATA = "__metadata__";
    static final String FLOAT = "F32";
    /** A longer head is refused, as by the reference implementation. */
    static final int LONGEST = 100_000_000;

    /** Bits a value, of the types that the reference implementation knows. */
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
     * Reads and checks a head.
     *
     * @param dataBytes the number of bytes that follow it
     * @param file what messages call the file
     */
    static SafeTensorsHead parse(byte[] json, long dataBytes, String file) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            SafeTensorsHead head = new Parsing(parser, file).head();
            head.check(dataBytes, file);
            return head;
        } catch (JacksonException broken) {
            throw new IllegalArgumentException(
                    file + " is damaged, or not in safetensors format: its head is not the JSON that it should be ("
                            + broken.getOriginalMessage() + ")",
                    broken);
        }
    }

    List<Entry> inOrderOfBytes() {
        return entries.stream()
                .sorted(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end))
                .toList();
    }

    /** The tensors fill the data without a gap, as the format wants: whatever else a damaged head claims shows here. */
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
                        "begins at byte " + entry.begin + ", and the one before it ends at byte " + at
                                + (entry.begin < at ? ": they overlap" : ": there is a gap"));
            }
            at = entry.end;
        }
        if (at != dataBytes) {
            throw new IllegalArgumentException(file + " is damaged: its tensors end at byte " + at
                    + " of the data, and there are " + dataBytes + " bytes");
        }
    }

    private static void checkSize(Entry entry, long dataBytes, String file) {
        if (entry.begin < 0 || entry.end < entry.begin || entry.end > dataBytes) {
            throw damaged(
                    file,
                    entry,
                    "lies at bytes " + entry.begin + " to " + entry.end + ", and the data has " + dataBytes
                            + ": the file is cut off or damaged");
        }
        Integer bits = BITS.get(entry.type);
        if (bits == null) {
            // of a newer type, whose size is not known here
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
                            + (entry.end - entry.begin) + " bytes; wanted are "
                            + (bits % Byte.SIZE == 0 ? bits / Byte.SIZE + " bytes" : bits + " bits")
                            + " for each of its at most 2^31 - 1 values");
        }
    }

    private static IllegalArgumentException damaged(String file, Entry entry, String what) {
        return new IllegalArgumentException(file + ": the tensor " + entry.name + " " + what);
    }

    /** This head as JSON, filled up with spaces so that the values after it are aligned. */
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
            throw new IllegalArgumentException("the names, shapes and texts of a safetensors file take at most "
                    + LONGEST + " bytes, and these take " + out.size());
        }
        return out.toByteArray();
    }

    /** One reading of a head. */
    private record Parsing(JsonParser parser, String file) {
        SafeTensorsHead head() {
            expect(parser.nextToken(), JsonToken.START_OBJECT, "an object");
            List<Entry> entries = new ArrayList<>();
            Map<String, String> metadata = new LinkedHashMap<>();
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken value = parser.nextToken();
                if (name.equals(METADATA) && value == JsonToken.VALUE_NULL) {
                    // some writers say so that there is none
                    continue;
                }
                expect(value, JsonToken.START_OBJECT, name + ": an object");
                if (name.equals(METADATA)) {
                    readMetadata(metadata);
                } else {
                    entries.add(entry(name));
                }
            }
            expect(parser.currentToken(), JsonToken.END_OBJECT, "the end of the head");
            expect(parser.nextToken(), null, "nothing after the head");
            return new SafeTensorsHead(entries, metadata);
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
                        // what later versions of the format may add
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
                    file + " is damaged, or not in safetensors format: in its head, wanted is " + wanted
                            + ", and there is " + found);
        }
    }
}
