package io.github.grisaille.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The parts that faces are drawn from: SVG paths of the style "Lorelei", a remix by DiceBear of a work by Lisa
 * Wischofsky (CC0). Each kind of part (hair, eyes …) has several variants, and a part may contain smaller parts.
 */
final class FaceParts {
    static final List<String> HAIR_COLORS = List.of(
            "2c1b18", "4a312c", "724133", "a55728", "c93305", "e8c16b", "f59797", "8f5fd7", "4f7fd6", "39b3a6",
            "d8d8e6", "d94f8a");
    static final List<String> SKIN_COLORS = List.of("ffe3cf", "fbd3b4", "f2c19b", "e0a57c");
    static final List<String> EYE_COLORS = List.of("1f3f77", "3d2314", "1e6b45", "6b2f7a");
    static final List<String> BACKGROUNDS = List.of("b6e3f4", "c0aede", "d1d4f9", "ffd5dc", "ffdfbf", "cdeac0");

    /** The side of the canvas. */
    static final int CANVAS = 980;

    private static final String RESOURCE = "lorelei.min.json";
    private static final Map<String, String> FIXED_COLORS = Map.of(
            "outline", "3b2a26",
            "nose", "8f5a44",
            "mouth", "a23b3b",
            "glasses", "2f3e50",
            "earrings", "d9a520",
            "freckles", "b5744f",
            "hairAccessories", "e8607a");

    private static final FaceParts ALL = read();

    /** A piece of a drawing: SVG text, the name of a colour, or the kind of an inner part. */
    private sealed interface Piece permits Text, Color, Part {}

    private record Text(String svg) implements Piece {}

    private record Color(String name) implements Piece {}

    private record Part(String kind) implements Piece {}

    private final Map<String, List<List<Piece>>> kinds = new LinkedHashMap<>();
    private final List<Piece> canvas;

    private FaceParts(Map<?, ?> style) {
        ((Map<?, ?>) style.get("components")).forEach((kind, component) -> {
            List<List<Piece>> variants = new ArrayList<>();
            ((Map<?, ?>) ((Map<?, ?>) component).get("variants")).values().forEach(variant -> {
                variants.add(pieces((List<?>) ((Map<?, ?>) variant).get("elements")));
            });
            kinds.put((String) kind, variants);
        });
        canvas = pieces((List<?>) ((Map<?, ?>) style.get("canvas")).get("elements"));
    }

    private static FaceParts read() {
        try (InputStream stream = FaceParts.class.getResourceAsStream(RESOURCE)) {
            if (stream == null) {
                throw new IllegalStateException(RESOURCE + " is missing from grisaille's jar: build it again");
            }
            try (JsonParser json = new JsonFactory().createParser(ObjectReadContext.empty(), stream)) {
                json.nextToken();
                return new FaceParts((Map<?, ?>) value(json));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("the parts of faces could not be read: " + failed.getMessage(), failed);
        }
    }

    /** Reads the parser's current value as maps, lists and strings. Numbers become strings too. */
    private static Object value(JsonParser json) {
        if (json.currentToken() == JsonToken.START_OBJECT) {
            Map<String, Object> map = new LinkedHashMap<>();
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = json.currentName();
                json.nextToken();
                map.put(name, value(json));
            }
            return map;
        }
        if (json.currentToken() == JsonToken.START_ARRAY) {
            List<Object> list = new ArrayList<>();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                list.add(value(json));
            }
            return list;
        }
        return json.getString();
    }

    private static List<Piece> pieces(List<?> elements) {
        List<Piece> pieces = new ArrayList<>();
        for (Object element : elements) {
            add((Map<?, ?>) element, pieces);
        }
        return pieces;
    }

    private static void add(Map<?, ?> element, List<Piece> pieces) {
        boolean part = element.get("type").equals("component");
        String tag = part ? "g" : (String) element.get("name");
        pieces.add(new Text("<" + tag));
        ((Map<?, ?>) element.get("attributes")).forEach((name, value) -> {
            pieces.add(new Text(" " + name + "=\""));
            pieces.add(
                    value instanceof Map<?, ?> color
                            ? new Color((String) color.get("name"))
                            : new Text((String) value));
            pieces.add(new Text("\""));
        });
        pieces.add(new Text(">"));
        if (part) {
            pieces.add(new Part((String) element.get("name")));
        } else if (element.get("children") instanceof List<?> children) {
            children.forEach(child -> add((Map<?, ?>) child, pieces));
        }
        pieces.add(new Text("</" + tag + ">"));
    }

    /** The number of parts of a kind. */
    static int count(String kind) {
        return ALL.kinds.get(kind).size();
    }

    /** A face without its background, as an SVG document of {@value #CANVAS}×{@value #CANVAS}. */
    static String svg(Face face) {
        Map<String, Integer> chosen = Map.of(
                "hair", face.features().hair(),
                "head", face.features().head(),
                "eyes", face.features().eyes(),
                "eyebrows", face.features().eyebrows(),
                "nose", face.features().nose(),
                "mouth", face.features().mouth(),
                "glasses", face.accessories().glasses(),
                "beard", face.accessories().beard(),
                "earrings", face.accessories().earrings(),
                "freckles", face.accessories().freckles());
        Map<String, Integer> all = new HashMap<>(chosen);
        all.put("hairAccessories", face.accessories().flowers());
        Map<String, String> colors = new HashMap<>(FIXED_COLORS);
        colors.put("hair", HAIR_COLORS.get(face.colors().hair()));
        colors.put("eyebrows", HAIR_COLORS.get(face.colors().hair()));
        colors.put("skin", SKIN_COLORS.get(face.colors().skin()));
        colors.put("eyes", EYE_COLORS.get(face.colors().eyes()));
        StringBuilder svg = new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + CANVAS + " "
                + CANVAS + "\" width=\"" + CANVAS + "\" height=\"" + CANVAS + "\" fill=\"none\">");
        ALL.write(ALL.canvas, all, colors, svg);
        return svg.append("</svg>").toString();
    }

    private void write(List<Piece> pieces, Map<String, Integer> chosen, Map<String, String> colors, StringBuilder svg) {
        for (Piece piece : pieces) {
            if (piece instanceof Text text) {
                svg.append(text.svg);
            } else if (piece instanceof Color color) {
                svg.append('#').append(colors.get(color.name));
            } else if (piece instanceof Part part && chosen.get(part.kind) >= 0) {
                write(kinds.get(part.kind).get(chosen.get(part.kind)), chosen, colors, svg);
            }
        }
    }
}
