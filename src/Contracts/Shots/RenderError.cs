using System.Text.Json.Serialization;

namespace RenderFarm.Contracts.Shots;

/// <summary>
/// Where an attempt failed. Says whose trouble it was without a stack trace. To be canceled or to
/// be handed back is no failure and has no place here.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<RenderError>))]
public enum RenderError
{
    /// <summary>Nobody knows; the message has the exception. Another try may help.</summary>
    [JsonStringEnumMemberName("unexpected")]
    Unexpected,

    /// <summary>The shot does not fit the device. A larger device may help.</summary>
    [JsonStringEnumMemberName("outOfMemory")]
    OutOfMemory,

    /// <summary>
    /// The device is gone, or its driver cannot use it. Another worker may help.
    /// </summary>
    [JsonStringEnumMemberName("deviceLost")]
    DeviceLost,

    /// <summary>The model package is broken or is not the one asked for. No try helps.</summary>
    [JsonStringEnumMemberName("badModel")]
    BadModel,

    /// <summary>
    /// A conditioning image cannot be read, or the request is impossible. No try helps.
    /// </summary>
    [JsonStringEnumMemberName("badInput")]
    BadInput,

    /// <summary>The pipeline gave NaN, infinity or nothing. Another try may help.</summary>
    [JsonStringEnumMemberName("badFrames")]
    BadFrames,

    /// <summary>
    /// The video encoder failed, or its clip did not decode. Another try may help.
    /// </summary>
    [JsonStringEnumMemberName("badClip")]
    BadClip,

    /// <summary>The object store did not answer. Another try will help.</summary>
    [JsonStringEnumMemberName("storeTrouble")]
    StoreTrouble,

    /// <summary>The worker's disk is full. Another worker may help.</summary>
    [JsonStringEnumMemberName("diskFull")]
    DiskFull,

    /// <summary>No step was finished in a long time. Another worker may help.</summary>
    [JsonStringEnumMemberName("stalled")]
    Stalled,

    /// <summary>The worker fell silent and its lease ended. Another try will help.</summary>
    [JsonStringEnumMemberName("leaseExpired")]
    LeaseExpired,

    /// <summary>
    /// A device error that sticks to the worker's process, which ends itself. Another worker, or
    /// this one begun anew, may help.
    /// </summary>
    [JsonStringEnumMemberName("deviceStuck")]
    DeviceStuck,
}
