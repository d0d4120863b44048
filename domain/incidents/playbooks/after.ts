/** Playbooks of what goes wrong once others have the goods, and of the tower itself: providers, carriers, delivery, sources. */
import {
  assign,
  expedite,
  hold,
  message,
  note,
  record,
  release,
  stepsOf,
  truck,
  type PlaybookStep,
} from "./step.ts";

export const AFTER: Readonly<Record<string, readonly PlaybookStep[]>> = {
  LABEL_NO_SCAN: stepsOf(
    record("Look for the parcels on the dock and in the cage", "Found, or gone with the truck?"),
    truck("See whether that truck left, and with how many"),
    message("carrier", "Ask the carrier for them", "Not scanned since hand-over: {orders}"),
    expedite("Load what was found on the next truck"),
    message(
      "customer",
      "Tell the customers after a day",
      "Your parcel has not been scanned yet; we are looking for it.",
    ),
  ),
  TPL_SILENT: stepsOf(
    message("provider", "Call the provider", "Nothing was told of {orders}. Do you have them?"),
    record("Write down what it says", "Accepted, not there, or no answer?"),
    record("Take back what can be shipped from here", "Which orders?"),
    expedite("Expedite here what is due today"),
    message(
      "customer",
      "Tell the customers of what will be late",
      "{orders} leaves later than planned.",
    ),
  ),
  TPL_REJECTED: stepsOf(
    record("Read the reason", "Capacity, address, size or stock?"),
    record("Send it back to the floor", "Back, or what stands against it?"),
    expedite("Expedite it if it is due today"),
    message(
      "provider",
      "Ask whether more will be refused",
      "You refused {orders}. Which others will you not ship?",
    ),
    note("Say what is to change", "Not to be sent to this provider: "),
  ),
  CARRIER_DELAY: stepsOf(
    message("carrier", "Ask the carrier what happened", "{title}. What happened, and until when?"),
    record("Write down what it says", "Which regions, until when?"),
    message(
      "customer",
      "Tell the customers of the new day",
      "Your parcel comes later than planned.",
    ),
    hold("Hold what would go the same way, if it may wait", "HOLD_OPERATOR"),
    note("Say which carrier may take the rest", "Rather with "),
  ),
  WEATHER_OR_DISASTER: stepsOf(
    record("Ask the carrier which regions stand still", "Which, until when?"),
    hold("Hold what would go there", "HOLD_WEATHER"),
    message("customer", "Tell the customers", "Because of the weather your parcel comes later."),
    release("Release it when the roads are open", "HOLD_WEATHER"),
  ),
  CUSTOMS_DELAY: stepsOf(
    record("Ask what customs is waiting for", "Paper, duty or inspection?"),
    message("carrier", "Send what is missing", "Attached the papers of {orders}."),
    message(
      "customer",
      "Tell the customer who has to pay",
      "Customs asks for a payment for {orders}.",
    ),
    note("Say until when it may take", "Customs until "),
  ),
  DOCUMENTS_MISSING: stepsOf(
    record("See which paper is missing", "Invoice, declaration or certificate?"),
    message("carrier", "Send it", "Attached the papers of {orders}."),
    message("it", "Have it made with every such parcel", "Papers are missing: {title}"),
    note("Say when it goes on", "Goes on at "),
  ),
  MISSORT: stepsOf(
    message("carrier", "Tell the carrier", "Sorted to the wrong place: {orders}"),
    record("Write down the new day", "When does it come?"),
    message("customer", "Tell the customer", "Your parcel took a wrong turn and comes later."),
    record("Look whether our label is right", "Right, or wrong postcode?"),
  ),
  DAMAGED_IN_TRANSIT: stepsOf(
    record("Have pictures sent", "What is broken, and how was it packed?"),
    message("carrier", "File the claim", "Damaged on the way: {orders}. We claim their value."),
    message(
      "customer",
      "Offer another one or the money",
      "Your parcel was damaged. What shall we do?",
    ),
    record("Look how it was packed", "Box, filler, weight?"),
    note("Say what is to be packed otherwise", "To be packed otherwise: "),
  ),
  LOST_OR_STOLEN: stepsOf(
    message("carrier", "Start the search", "Please search for {orders}."),
    record("Write down its number and its end", "Number, answered by when?"),
    message(
      "customer",
      "Send another one or give the money back",
      "Your parcel seems lost. We send it again.",
    ),
    expedite("Expedite the replacement"),
    note("Claim its value", "Claimed on "),
  ),
  ATTEMPT_FAILED: stepsOf(
    record("Read why", "Nobody there, refused, or not found?"),
    message(
      "customer",
      "Ask when somebody is there",
      "The driver found nobody. When shall he come again?",
    ),
    message("carrier", "Have it brought again or kept", "Please bring {orders} again."),
    note("Say what was agreed", "Agreed with the customer: "),
  ),
  REFUSED: stepsOf(
    message("customer", "Ask why", "You refused {orders}. Was something wrong?"),
    record("Write down the reason", "Late, damaged, unwanted?"),
    record("See when it is back", "Back on which day?"),
    note("Say what is done with the money", "Money: "),
  ),
  MOVED_OR_UNKNOWN: stepsOf(
    message(
      "customer",
      "Ask for the new address",
      "The driver did not find you. Where do you live now?",
    ),
    message("carrier", "Have it brought there", "New address for {orders}."),
    record("See whether it can still be turned", "Turned, or on its way back?"),
    note("Have the address put right", "Address: "),
  ),
  AWAITING_COLLECTION: stepsOf(
    message("customer", "Remind the customer", "Your parcel waits in the shop."),
    record("See until when it is kept", "Until when?"),
    message("carrier", "Have it kept longer", "Please keep {orders} some days more."),
    note("Say what happens after that", "Goes back on "),
  ),
  RETURN_TO_SENDER: stepsOf(
    record("Read why it comes back", "Address, refused, not collected?"),
    message(
      "customer",
      "Tell the customer",
      "Your parcel is on its way back to us. Shall we send it again?",
    ),
    record("See when it is here", "Back on which day?"),
    note("Say what is done with it", "Sent again, or money back: "),
  ),
  LEAD_TIME_EXCEEDED: stepsOf(
    record("See where the days went", "Floor, hand-over or carrier?"),
    message("customer", "Apologize", "Your order took longer than promised. We are sorry."),
    note("Say what is to change", "Next time: "),
    assign("Give it to whoever owns that part"),
  ),
  SOURCE_SILENT: stepsOf(
    message("it", "Call whoever runs it", "{title}. Is it running?"),
    record("Look at the floor itself", "Is work going on?"),
    note("Tell the shift that the board is blind", "The board does not see: "),
    record(
      "See whether what was missed came afterwards",
      "All of it, or from when on is something missing?",
    ),
  ),
  IMPOSSIBLE_EVENT: stepsOf(
    record("Read the dead letters", "Which sender, which event?"),
    message("it", "Tell whoever sends it", "Events cannot be applied: {title}"),
    record("Replay them once it is mended", "How many were applied?"),
    note("Say what was done by hand", "Put right by hand: "),
  ),
  OTHER: stepsOf(
    record("Say what is the matter", "What happened?"),
    assign("Give it to whoever can do something"),
    expedite("Expedite what is due today"),
    message(
      "customer",
      "Tell the customer when it will be late",
      "{orders} comes later than promised.",
    ),
    note("Say how it ended", "Ended: "),
  ),
};
