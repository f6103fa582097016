package io.github.grisaille.data;

import io.github.grisaille.tensor.RandomStream;

/**
 * The look of a drawn face: the index of each part and colour in {@link FaceParts}, from 0. They are known for every
 * face, so they are labels for free: for a classifier, and for arithmetic with latent codes.
 *
 * @param mouth from 0 to 26; the first 18 smile
 * @param glasses from 0 to 4, or −1 for none
 * @param beard 0 or 1, or −1 for none
 * @param earrings from 0 to 2, or −1 for none
 * @param freckles 0, or −1 for none
 * @param flowers 0, or −1 for none
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
    /** The number of mouths that smile; they come first. */
    public static final int HAPPY_MOUTHS = 18;

    private static final int ONE_IN = 100;
    private static final int GLASSES_PERCENT = 25;
    private static final int BEARD_PERCENT = 8;
    private static final int EARRINGS_PERCENT = 15;
    private static final int FRECKLES_PERCENT = 8;
    private static final int FLOWERS_PERCENT = 8;

    /** Draws a random face. All parts of a kind are equally likely. Each accessory has its own probability. */
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
