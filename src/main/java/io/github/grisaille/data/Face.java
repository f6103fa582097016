package io.github.grisaille.data;

import io.github.grisaille.tensor.RandomStream;

/**
 * What a drawn face looks like: numbers of parts and colours, counted from 0, of {@link FaceParts}. They are known for each
 * face, so they are free labels: for a feature extractor, and for arithmetic with latent codes.
 *
 * @param mouth one of 27, of which the first 18 are happy
 * @param glasses one of 5, or −1 for none; beard (2), earrings (3), freckles (1) and flowers (1) likewise
 * @param flipped whether the face is mirrored left to right
 */
public record Face(
        int hair,
        int hairColor,
        int head,
        int skin,
        int eyes,
        int eyeColor,
        int eyebrows,
        int nose,
        int mouth,
        int glasses,
        int beard,
        int earrings,
        int freckles,
        int flowers,
        int background,
        boolean flipped) {
    /** The number of mouths that smile: the first ones. */
    public static final int HAPPY_MOUTHS = 18;

    private static final int ONE_IN = 100;
    private static final int GLASSES_PERCENT = 25;
    private static final int BEARD_PERCENT = 8;
    private static final int EARRINGS_PERCENT = 15;
    private static final int FRECKLES_PERCENT = 8;
    private static final int FLOWERS_PERCENT = 8;

    /** A random face; all parts of a kind are as likely, and the accessories have their own odds. */
    static Face draw(RandomStream random) {
        return new Face(
                random.nextInt(FaceParts.count("hair")),
                random.nextInt(FaceParts.HAIR_COLORS.size()),
                random.nextInt(FaceParts.count("head")),
                random.nextInt(FaceParts.SKIN_COLORS.size()),
                random.nextInt(FaceParts.count("eyes")),
                random.nextInt(FaceParts.EYE_COLORS.size()),
                random.nextInt(FaceParts.count("eyebrows")),
                random.nextInt(FaceParts.count("nose")),
                random.nextInt(FaceParts.count("mouth")),
                perhaps("glasses", GLASSES_PERCENT, random),
                perhaps("beard", BEARD_PERCENT, random),
                perhaps("earrings", EARRINGS_PERCENT, random),
                perhaps("freckles", FRECKLES_PERCENT, random),
                perhaps("hairAccessories", FLOWERS_PERCENT, random),
                random.nextInt(FaceParts.BACKGROUNDS.size()),
                random.nextInt(2) == 1);
    }

    private static int perhaps(String part, int percent, RandomStream random) {
        return random.nextInt(ONE_IN) < percent ? random.nextInt(FaceParts.count(part)) : -1;
    }

    public boolean hasGlasses() {
        return glasses >= 0;
    }

    public boolean hasBeard() {
        return beard >= 0;
    }

    public boolean smiles() {
        return mouth < HAPPY_MOUTHS;
    }
}
