package io.github.grisaille.data;

import java.util.function.ToIntFunction;

/**
 * The attributes of a drawn face. The classes of an attribute are numbered from 0. For accessories, class 0 means
 * "none", and class 1 + i is part i.
 */
public enum FaceAttribute {
    HAIR("hair", FaceParts.count("hair"), face -> face.features().hair()),
    HAIR_COLOR(
            "hair colour", FaceParts.HAIR_COLORS.size(), face -> face.colors().hair()),
    HEAD("head", FaceParts.count("head"), face -> face.features().head()),
    SKIN("skin", FaceParts.SKIN_COLORS.size(), face -> face.colors().skin()),
    EYES("eyes", FaceParts.count("eyes"), face -> face.features().eyes()),
    EYE_COLOR("eye colour", FaceParts.EYE_COLORS.size(), face -> face.colors().eyes()),
    EYEBROWS("eyebrows", FaceParts.count("eyebrows"), face -> face.features().eyebrows()),
    NOSE("nose", FaceParts.count("nose"), face -> face.features().nose()),
    MOUTH("mouth", FaceParts.count("mouth"), face -> face.features().mouth()),
    GLASSES(
            "glasses",
            1 + FaceParts.count("glasses"),
            face -> 1 + face.accessories().glasses()),
    BEARD("beard", 1 + FaceParts.count("beard"), face -> 1 + face.accessories().beard()),
    EARRINGS(
            "earrings",
            1 + FaceParts.count("earrings"),
            face -> 1 + face.accessories().earrings()),
    FRECKLES(
            "freckles",
            1 + FaceParts.count("freckles"),
            face -> 1 + face.accessories().freckles()),
    FLOWERS(
            "flowers",
            1 + FaceParts.count("hairAccessories"),
            face -> 1 + face.accessories().flowers()),
    BACKGROUND("background", FaceParts.BACKGROUNDS.size(), face -> face.colors().background()),
    FLIPPED("flipped", 2, face -> face.flipped() ? 1 : 0);

    private final String text;
    private final int classes;
    private final ToIntFunction<Face> label;

    FaceAttribute(String text, int classes, ToIntFunction<Face> label) {
        this.text = text;
        this.classes = classes;
        this.label = label;
    }

    /** The number of classes. */
    public int classes() {
        return classes;
    }

    /** A face's class, from 0 to less than {@link #classes()}. */
    public int of(Face face) {
        return label.applyAsInt(face);
    }

    /** A readable name, such as "hair colour". */
    @Override
    public String toString() {
        return text;
    }
}
