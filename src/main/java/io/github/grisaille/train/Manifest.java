package io.github.grisaille.train;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The JSON half of a checkpoint: everything but the tensors. It holds the length and the digest of the tensors' file, so
 * halves of different checkpoints cannot be mixed. Its last member is the digest of all bytes before it. Later versions of
 * the format keep this member and the first two.
 *
 * @param version the version of the format
 * @param place where the run stood
 * @param judgement what the checkpoint was judged by
 * @param madeBy the Java and the backend that computed the bits
 * @param settings what has to stay the same
 * @param numbers what changes from step to step
 * @param history the history so far
 * @param tensors the file of the tensors
 */
record Manifest(
        long version,
        Place place,
        Judgement judgement,
        Map<String, String> madeBy,
        Map<String, String> settings,
        Map<String, Long> numbers,
        History history,
        Tensors tensors) {
    /**
     * Where a run stands.
     *
     * @param step the number of steps done
     * @param epoch the number of epochs done
     * @param called whether the callbacks of that step have been called
     */
    record Place(long step, long epoch, boolean called) {}

    /**
     * What a checkpoint was judged by.
     *
     * @param measure the name of the measure; null if the checkpoint was not judged
     * @param value the measured value
     */
    record Judgement(String measure, double value) {
        static final Judgement NONE = new Judgement(null, Double.NaN);
    }

    /** The length and the digest of the tensors' file. */
    record Tensors(long bytes, String sha256) {}

    /** In version 1, some settings were digests of computed values. */
    static final int VERSION = 2;

    private static final String FORMAT = "grisaille checkpoint";
    private static final JsonFactory JSON = new JsonFactory();
    private static final String DIGEST_MEMBER = ",\"sha256\":\"";
    private static final int HEX_DIGITS = 64;
    private static final int TAIL = DIGEST_MEMBER.length() + HEX_DIGITS + "\"}\n".length();

    /** A manifest in the current version of the format. */
    Manifest(
            Place place,
            Judgement judgement,
            Map<String, String> madeBy,
            Map<String, String> settings,
            Map<String, Long> numbers,
            History history,
            Tensors tensors) {
        this(VERSION, place, judgement, madeBy, settings, numbers, history, tensors);
    }

    /** The number of steps done. */
    long step() {
        return place.step;
    }

    byte[] toBytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeStringProperty("format", FORMAT);
            json.writeNumberProperty("version", version);
            json.writeNumberProperty("step", place.step);
            json.writeNumberProperty("epoch", place.epoch);
            json.writeBooleanProperty("called", place.called);
            if (judgement.measure != null) {
                json.writeStringProperty("measure", judgement.measure);
                json.writeNumberProperty("measured", judgement.value);
            }
            writeTexts("made by", madeBy, json);
            writeTexts("settings", settings, json);
            json.writeObjectPropertyStart("numbers");
            numbers.forEach(json::writeNumberProperty);
            json.writeEndObject();
            json.writeName("history");
            HistoryJson.write(history, json);
            json.writeObjectPropertyStart("tensors");
            json.writeNumberProperty("bytes", tensors.bytes);
            json.writeStringProperty("sha256", tensors.sha256);
            json.writeEndObject();
            json.writeEndObject();
        }
        byte[] whole = out.toByteArray();
        byte[] body = Arrays.copyOf(whole, whole.length - 1);
        out.reset();
        out.writeBytes(body);
        out.writeBytes((DIGEST_MEMBER + digest(body) + "\"}\n").getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    private static void writeTexts(String name, Map<String, String> texts, JsonGenerator json) {
        json.writeObjectPropertyStart(name);
        texts.forEach(json::writeStringProperty);
        json.writeEndObject();
    }

    private static String digest(byte[] body) {
        MessageDigest digest = Sha256.digest();
        digest.update(body);
        return Sha256.hex(digest);
    }

    /**
     * Reads a manifest.
     *
     * @param file what messages call it
     * @throws DamagedCheckpointException if the file was damaged after it was written
     * @throws IllegalArgumentException if a newer version of this library wrote it
     */
    static Manifest parse(byte[] bytes, String file) {
        int body = bytes.length - TAIL;
        String tail = new String(bytes, Math.max(0, body), bytes.length - Math.max(0, body), StandardCharsets.UTF_8);
        if (body < 0 || !tail.equals(DIGEST_MEMBER + digest(Arrays.copyOf(bytes, body)) + "\"}\n")) {
            throw new DamagedCheckpointException(file + " is cut off or was changed: its digest does not fit");
        }
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), bytes)) {
            return new Parsing(parser, file).manifest();
        } catch (JacksonException broken) {
            throw new DamagedCheckpointException(
                    file + " is not the JSON of a checkpoint: " + broken.getOriginalMessage(), broken);
        }
    }

    /** One reading. */
    private record Parsing(JsonParser parser, String file) {
        /** Reads one value. */
        private interface Reader<T> {
            T read();
        }

        Manifest manifest() {
            expect(parser.nextToken(), JsonToken.START_OBJECT);
            long version = 0;
            long step = 0;
            long epoch = 0;
            boolean called = false;
            String measure = null;
            double measured = Double.NaN;
            Map<String, String> madeBy = Map.of();
            Map<String, String> settings = Map.of();
            Map<String, Long> numbers = Map.of();
            History history = null;
            Tensors tensors = null;
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                parser.nextToken();
                switch (name) {
                    case "format" -> checkFormat(text());
                    case "version" -> version = checkedVersion(whole());
                    case "step" -> step = whole();
                    case "epoch" -> epoch = whole();
                    case "called" -> called = parser.getBooleanValue();
                    case "measure" -> measure = text();
                    case "measured" -> measured = HistoryJson.readDouble(parser);
                    case "made by" -> madeBy = members(this::text);
                    case "settings" -> settings = members(this::text);
                    case "numbers" -> numbers = members(this::whole);
                    case "history" -> history = HistoryJson.read(parser);
                    case "tensors" -> tensors = tensors();
                    case "sha256" -> text();
                    default ->
                        throw new DamagedCheckpointException(
                                file + " has a member \"" + name + "\", which no checkpoint has");
                }
            }
            if (version == 0 || history == null || tensors == null) {
                throw new DamagedCheckpointException(file + " lacks members that a checkpoint has");
            }
            return new Manifest(
                    version,
                    new Place(step, epoch, called),
                    new Judgement(measure, measured),
                    madeBy,
                    settings,
                    numbers,
                    history,
                    tensors);
        }

        private void checkFormat(String format) {
            if (!format.equals(FORMAT)) {
                throw new DamagedCheckpointException(
                        file + " has the format \"" + format + "\"; wanted: \"" + FORMAT + "\"");
            }
        }

        private long checkedVersion(long version) {
            if (version > VERSION) {
                throw new IllegalArgumentException(file + " was written by a newer version of grisaille (format "
                        + version + "; this one reads up to " + VERSION + "): update grisaille to go on with it");
            }
            return version;
        }

        private Tensors tensors() {
            long bytes = 0;
            String sha256 = "";
            expect(parser.currentToken(), JsonToken.START_OBJECT);
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                parser.nextToken();
                if (name.equals("bytes")) {
                    bytes = whole();
                } else {
                    sha256 = text();
                }
            }
            return new Tensors(bytes, sha256);
        }

        private <T> Map<String, T> members(Reader<T> reader) {
            Map<String, T> members = new LinkedHashMap<>();
            expect(parser.currentToken(), JsonToken.START_OBJECT);
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                parser.nextToken();
                members.put(name, reader.read());
            }
            return members;
        }

        private String text() {
            expect(parser.currentToken(), JsonToken.VALUE_STRING);
            return parser.getString();
        }

        private long whole() {
            expect(parser.currentToken(), JsonToken.VALUE_NUMBER_INT);
            return parser.getLongValue();
        }

        private void expect(JsonToken found, JsonToken wanted) {
            if (found != wanted) {
                throw new DamagedCheckpointException(
                        file + " is not the JSON of a checkpoint: got " + found + ", wanted " + wanted);
            }
        }
    }
}
