using Doorward.Agent.Keys;
using Doorward.Agent.State;
using Doorward.Agent.Tpm;
using Doorward.Core.Devices.Enrolment;

namespace Doorward.Agent.Enrollment;

/// <summary>Enrols this machine by a one-time link, and says what became of it.</summary>
internal static class EnrollCommand
{
    public static int Run(EnrollOptions options, TextReader input, TextWriter output, TextWriter errors)
    {
        var folder = new AgentFolder(options.State);
        try
        {
            if (folder.HasRecord) return Refuse(folder, errors);
            if (!EnrolmentLink.TryParse(LinkPrompt.Read(options.Link, "doorward-agent enroll", "Enrolment link", input, errors), out var link))
            {
                errors.WriteLine("doorward-agent: that is no enrolment link. Give the whole of it, from https:// to its end.");
                return 1;
            }

            folder.Create();
            using var held = folder.Lock();

            // Another may have enrolled it while the link was asked for.
            if (folder.HasRecord) return Refuse(folder, errors);
            var (done, problem) = new Enroller(folder, options, errors).EnrollAsync(link, CancellationToken.None).GetAwaiter().GetResult();
            if (done is null)
            {
                errors.WriteLine($"doorward-agent: not enrolled: {problem}");
                return 1;
            }

            output.WriteLine($"Enrolled as {done.Name} (device {done.DeviceId}), key: {done.KeyAssurance}.");
            if (done.AssuranceNote is { } note) output.WriteLine($"Not higher, because {note}.");
            return 0;
        }
        catch (Exception error) when (error is DeviceKeyException or TpmException)
        {
            errors.WriteLine($"doorward-agent: not enrolled: {error.Message}");
            return 1;
        }
    }

    private static int Refuse(AgentFolder folder, TextWriter errors)
    {
        errors.WriteLine($"doorward-agent: this machine is enrolled as {folder.Read().Name}. To enrol it anew, have that device retired and remove {folder.Location}.");
        return 1;
    }
}
