namespace Doorward.Core.Devices.Posture;

/// <summary>
/// One fact of a machine: its name of <see cref="FactNames"/>, what is known of it, by what evidence, and where that was read; and when, if
/// it is not read for each report.
/// </summary>
public sealed record PostureFact(string Name, FactState State, string Evidence, string Source, DateTimeOffset? Read = null);

/// <summary>A fact as people and policies know it.</summary>
/// <param name="Name">As policies spell it.</param>
/// <param name="Title">What holds when it passes.</param>
/// <param name="Fix">What to do when it does not.</param>
public sealed record FactDefinition(string Name, string Title, string Fix);
