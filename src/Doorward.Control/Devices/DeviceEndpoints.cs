using System.Text.Json.Serialization.Metadata;
using Doorward.Control.Devices.Compliance;
using Doorward.Control.Devices.Proofs;
using Doorward.Control.Devices.Reports;
using Doorward.Control.Hosting;
using Doorward.Core.Devices;
using Doorward.Core.Devices.Enrolment;
using Doorward.Core.Devices.Posture;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Control.Devices;

/// <summary>What devices ask at <c>agent.</c>. Who asks is found before anything of the request is read.</summary>
internal static class DeviceEndpoints
{
    public static void MapDeviceCalls(this IEndpointRouteBuilder agent)
    {
        var calls = agent.MapGroup("").WithMetadata(new ForDevices());
        calls.MapPost(DevicePaths.Report, ReportAsync);
        calls.MapPost(DevicePaths.Proof, static (HttpContext context, DeviceAuthentication devices, ProofIntake proofs) => OfDeviceAsync(
            context, devices, DeviceJson.Default.SignedProof, async (device, proof) =>
            {
                var (answer, problem) = await proofs.TakeAsync(device, proof, context.Connection.RemoteIpAddress, context.RequestAborted);
                return DeviceAnswers.Answer(answer, problem, DeviceJson.Default.ProofAnswer);
            }));
        calls.MapGet(DevicePaths.Status, static async (HttpContext context, DeviceAuthentication devices) =>
        {
            var (device, problem) = await devices.FindAsync(context);
            return DeviceAnswers.Answer(device is null ? null : Healths.Of(device), problem, DeviceJson.Default.DeviceHealth);
        });
    }

    private static async Task<IResult> ReportAsync(HttpContext context, DeviceAuthentication devices, ReportIntake reports, DeviceContacts contacts)
    {
        var (device, problem) = await devices.FindAsync(context);
        if (device is null) return DeviceAnswers.Refuse(problem ?? DeviceProblems.Unknown);
        if (await DeviceAnswers.ReadBytesAsync(context, ReportFormat.Largest) is not { } report) return DeviceAnswers.Refuse(DeviceProblems.TooLarge);
        var (answer, refused) = await reports.TakeAsync(device, report, context.RequestAborted);
        if (answer is not null) contacts.Note(device.Id, context.Connection.RemoteIpAddress);
        return DeviceAnswers.Answer(answer, refused, DeviceJson.Default.ReportAnswer);
    }

    private static async Task<IResult> OfDeviceAsync<T>(
        HttpContext context, DeviceAuthentication devices, JsonTypeInfo<T> type, Func<AskingDevice, T, Task<IResult>> answer)
        where T : class
    {
        var (device, problem) = await devices.FindAsync(context);
        return device is null
            ? DeviceAnswers.Refuse(problem ?? DeviceProblems.Unknown)
            : await DeviceAnswers.AnswerAsync(context, type, message => answer(device, message));
    }
}
